-- As every commit works it out, for deals :first to :last.
SELECT crm.derive_attention(ARRAY(
    SELECT id FROM crm.deals WHERE id BETWEEN pg_temp.key(1, CAST(:first AS bigint)) AND pg_temp.key(1, CAST(:last AS bigint))))
