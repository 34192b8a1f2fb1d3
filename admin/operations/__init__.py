"""Operations: how the work behind the panel is doing, for administrators."""
