-- A client without a deal is seen by whoever entered it.
INSERT INTO crm.client_members (user_id, client_id, deal_id)
SELECT created_by_id, id, '00000000-0000-0000-0000-000000000000'
FROM crm.clients c WHERE NOT EXISTS (SELECT FROM crm.deals d WHERE d.client_id = c.id)
ON CONFLICT DO NOTHING
