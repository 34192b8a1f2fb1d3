-- A car for each client :first to :last.
INSERT INTO crm.insured_objects (id, client_id, kind, title, vin, plate, brand, model, category, year)
SELECT pg_temp.key(3, i), pg_temp.key(2, i), 'vehicle', car || ', ' || plate,
       'XTA' || translate(upper(lpad(to_hex(pg_temp.h(i, 21) % 281474976710656), 14, '0')), 'IOQ', 'KLM'),
       plate, split_part(car, ' ', 1), split_part(car, ' ', 2), 'B', 2008 + (pg_temp.h(i, 22) % 18)::int
FROM (
    SELECT i, pg_temp.pick('{Lada Vesta,Lada Granta,Kia Rio,Kia Sportage,Hyundai Solaris,Hyundai Creta,Toyota Camry,Toyota RAV4,Skoda Octavia,Volkswagen Polo,Renault Duster,Haval Jolion,Chery Tiggo,Geely Coolray,BMW X3,Mazda CX-5}', pg_temp.h(i, 23)) AS car,
           substr('АВЕКМНОРСТУХ', 1 + (pg_temp.h(i, 24) % 12)::int, 1) || lpad((1 + pg_temp.h(i, 25) % 999)::text, 3, '0')
           || substr('АВЕКМНОРСТУХ', 1 + (pg_temp.h(i, 26) % 12)::int, 1) || substr('АВЕКМНОРСТУХ', 1 + (pg_temp.h(i, 27) % 12)::int, 1)
           || pg_temp.pick('{77,99,177,197,777,50,150,78,178,16,116,02,102,63,163}', pg_temp.h(i, 28)) AS plate
    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS i
) AS cars
