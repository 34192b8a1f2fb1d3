-- Clients :first to :last. «Иванов» is in the names of 1.6 % of them: one surname of fifty, four clients of five.
INSERT INTO crm.clients (id, name, kind, birth_date, inn, phone, email, address, source, created_by_id, created_at)
SELECT pg_temp.key(2, i),
       CASE
       WHEN pg_temp.h(i, 1) % 5 = 0 THEN 'ООО «' || pg_temp.pick('{Вектор,Меридиан,Прогресс,Альянс,Логистика,Гарант,Техносервис,Стройинвест,Сибирь,Азимут,Форпост,Медтехника,Агропром,Промснаб,Горизонт,Кристалл}', pg_temp.h(i, 2)) || ' ' || i || '»'
       WHEN pg_temp.h(i, 4) % 2 = 0 THEN surname || ' '
            || pg_temp.pick('{Александр,Дмитрий,Максим,Сергей,Андрей,Алексей,Артём,Илья,Кирилл,Михаил,Никита,Матвей,Роман,Егор,Арсений,Иван,Денис,Евгений,Даниил,Тимофей}', pg_temp.h(i, 5)) || ' '
            || pg_temp.pick('{Александрович,Дмитриевич,Сергеевич,Андреевич,Алексеевич,Михайлович,Николаевич,Владимирович,Павлович,Олегович,Петрович,Юрьевич,Викторович,Игоревич}', pg_temp.h(i, 6))
       ELSE surname || 'а '
            || pg_temp.pick('{Анна,Мария,Елена,Ольга,Наталья,Екатерина,Татьяна,Ирина,Светлана,Юлия,Анастасия,Дарья,Ксения,Полина,Вероника,Алёна,Марина,Людмила,София,Виктория}', pg_temp.h(i, 5)) || ' '
            || pg_temp.pick('{Александровна,Дмитриевна,Сергеевна,Андреевна,Алексеевна,Михайловна,Николаевна,Владимировна,Павловна,Олеговна,Петровна,Юрьевна,Викторовна,Игоревна}', pg_temp.h(i, 6))
       END,
       CASE WHEN pg_temp.h(i, 1) % 5 = 0 THEN 'company' WHEN pg_temp.h(i, 1) % 5 = 1 AND pg_temp.h(i, 7) % 8 = 0 THEN 'entrepreneur' ELSE 'person' END,
       CASE WHEN pg_temp.h(i, 1) % 5 > 0 THEN date '1950-01-01' + (pg_temp.h(i, 8) % 19000)::int END,
       CASE WHEN pg_temp.h(i, 1) % 5 = 0 THEN pg_temp.inn('77' || lpad((pg_temp.h(i, 9) % 10000000)::text, 7, '0')) END,
       '+79' || lpad((pg_temp.h(i, 10) % 1000000000)::text, 9, '0'),
       'client' || i || '@example.ru',
       'г. ' || pg_temp.pick('{Москва,Санкт-Петербург,Казань,Уфа,Самара,Пермь,Тюмень,Омск,Тула,Рязань}', pg_temp.h(i, 11)) || ', ул. Лесная, д. ' || 1 + pg_temp.h(i, 12) % 90,
       pg_temp.pick('{Рекомендация,Сайт,Партнёр,Звонок}', pg_temp.h(i, 13)),
       s.id,
       CAST(:today AS timestamptz) - make_interval(days => 30 + (pg_temp.h(i, 14) % 1500)::int)
FROM (
    SELECT i, pg_temp.pick('{Иванов,Смирнов,Кузнецов,Попов,Васильев,Петров,Соколов,Михайлов,Новиков,Фёдоров,Морозов,Волков,Алексеев,Лебедев,Семёнов,Егоров,Павлов,Козлов,Степанов,Николаев,Орлов,Андреев,Макаров,Никитин,Захаров,Зайцев,Соловьёв,Борисов,Яковлев,Григорьев,Романов,Воробьёв,Сергеев,Кузьмин,Фролов,Александров,Дмитриев,Королёв,Гусев,Киселёв,Ильин,Максимов,Поляков,Сорокин,Виноградов,Ковалёв,Белов,Медведев,Антонов,Тарасов}', pg_temp.h(i, 3)) AS surname
    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS i
) AS named
JOIN sellers s ON s.n = pg_temp.h(i, 15) % CAST(:sellers AS bigint)
