SELECT kind, day, amount, said, verdict, record_id FROM strays ORDER BY day, said
