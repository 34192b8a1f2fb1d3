INSERT INTO crm.deals (id, code, title, client_id, stage, ball, seller_id, executor_id, source, review_on, next_review_at,
                       next_review_reason, stage_since, ball_since, lost_reason, lost_to, win_back, created_at)
SELECT id, 'D-' || extract(year FROM since) || '-' || lpad(number, greatest(5, length(number)), '0'),
       product || ' ' || CASE object_kind WHEN 'vehicle' THEN 'автомобиля' WHEN 'property' THEN 'квартиры' WHEN 'mortgage' THEN 'по кредиту'
                              WHEN 'persons' THEN 'сотрудников' WHEN 'trip' THEN 'в поездку' ELSE 'по договору' END || ' №' || i,
       client_id, stage,
       CASE stage WHEN 'quotation' THEN 'executor' WHEN 'policy_issue' THEN 'executor' WHEN 'client_decision' THEN 'client' ELSE 'seller' END,
       seller_id, executor_id, pg_temp.pick('{Рекомендация,Сайт,Партнёр,Звонок}', pg_temp.h(i, 46)), review_on,
       CASE WHEN stage NOT IN ('closed', 'lost') THEN day END, CASE WHEN stage NOT IN ('closed', 'lost') THEN reason END,
       since, since, CASE stage WHEN 'lost' THEN pg_temp.pick('{Дорого,Ушёл в банк,Передумал,Не отвечает}', pg_temp.h(i, 47)) END,
       CASE WHEN stage = 'lost' AND i % 3 = 0 THEN other_insurer END, stage = 'lost', since - make_interval(days => 1 + age)
FROM (SELECT *, (CAST(:numbers AS bigint) + i)::text AS number FROM batch) AS numbered ORDER BY i
