-- The rows of benchmarks/million.py. :runs, :courses and :orgs are put in by it; every third course is of the first organization, and one
-- course in four has a code that many share.
INSERT INTO organizations_organization (created, modified, name, short_name, description, logo, active)
SELECT now(), now(), 'Organization of ' || n, 'Org' || n, '', '', n % 50 <> 0 FROM generate_series(1, :orgs) n;

INSERT INTO openedx_catalog_catalogcourse (course_code, course_code_ci, created, modified, title, language, org_id, uuid)
SELECT code, lower(code), made, made + (n % 700) * interval '1 day', 'Introduction to number ' || n, language, org, gen_random_uuid()
FROM (
  SELECT n, CASE WHEN n % 1000 = 0 AND n <= 1000 * (:orgs - 1) THEN 'Common' ELSE 'C' || n || 'x' END AS code,
    timestamptz '2012-01-01' + n * interval '15 minutes' AS made,
    CASE WHEN n % 20000 = 0 THEN 'zu' WHEN n % 10 = 0 THEN 'fr' WHEN n % 7 = 0 THEN 'es' ELSE 'en' END AS language,
    CASE WHEN n % 1000 = 0 AND n <= 1000 * (:orgs - 1) THEN n / 1000 + 1 WHEN n % 3 = 0 THEN 1 ELSE 1 + n * 7 % :orgs END AS org
  FROM generate_series(1, :courses) n
) made;

INSERT INTO openedx_catalog_catalogcoursecode (org_id, code, code_ci, catalog_course_id)
SELECT org_id, course_code, course_code_ci, id FROM openedx_catalog_catalogcourse ORDER BY id;

-- A former code of some.
INSERT INTO openedx_catalog_catalogcoursecode (org_id, code, code_ci, catalog_course_id)
SELECT org_id, 'Old' || id, 'old' || id, id FROM openedx_catalog_catalogcourse WHERE id % 50 = 0 ORDER BY id;

INSERT INTO openedx_catalog_courserun
  (course_key, key_ci, run_code, created, modified, title, catalog_course_id, uuid, association, source_time)
SELECT key, lower(key), run, made, made + (n % 900) * interval '1 day', title, course, gen_random_uuid(),
  CASE WHEN n % 20 = 0 THEN 'explicit' ELSE 'implicit' END, made
FROM (
  SELECT n, 'R' || n AS run, 'course-v1:' || o.short_name || '+' || c.course_code || '+R' || n AS key, c.id AS course,
    c.title || CASE WHEN n % 4 = 0 THEN ', run ' || n ELSE '' END AS title,
    timestamptz '2012-06-01' + n * interval '7 minutes' AS made
  FROM generate_series(1, :runs) n
  -- One in a hundred is a run of the first course: the longest list of runs.
  JOIN openedx_catalog_catalogcourse c ON c.id = CASE WHEN n % 100 = 1 THEN 1 ELSE 1 + n % (:courses) END
  JOIN organizations_organization o ON o.id = c.org_id
) made ORDER BY n;

-- Four runs in five have a schedule; some of it is open at an end.
INSERT INTO openedx_catalog_courseschedule (run_id, start, "end", enrollment_start, enrollment_end, pacing)
SELECT id, CASE WHEN id % 17 > 0 THEN begins END, CASE WHEN id % 3 > 0 THEN begins + interval '90 days' END,
  CASE WHEN id % 4 = 0 THEN begins - interval '60 days' END, CASE WHEN id % 6 = 0 THEN begins + interval '10 days' END,
  CASE WHEN id % 5 = 0 THEN '' WHEN id % 5 = 1 THEN 'self' ELSE 'instructor' END
FROM (SELECT id, timestamptz '2013-01-01' + id * interval '8 minutes' AS begins FROM openedx_catalog_courserun WHERE id % 5 > 0) r
ORDER BY id;

INSERT INTO openedx_catalog_courserunwithdrawal (run_id, at, source)
SELECT id, now() - interval '1 day', 'platform:course_deleted' FROM openedx_catalog_courserun WHERE id % 101 = 0;

INSERT INTO openedx_catalog_historicalcourserun (id, course_key, run_code, created, title, uuid, association, source_time, modified,
  history_change_reason, history_date, history_type, history_user_name, catalog_course_id)
SELECT id, course_key, run_code, created, title, uuid, association, source_time, modified, 'sync:1', created, '+', '', catalog_course_id
FROM openedx_catalog_courserun WHERE id % 2 = 0;

INSERT INTO openedx_catalog_historicalcatalogcourse (id, course_code, created, title, language, uuid, modified,
  history_change_reason, history_date, history_type, history_user_name, org_id)
SELECT id, course_code, created, title, language, uuid, modified, 'sync:1', created, '+', '', org_id
FROM openedx_catalog_catalogcourse WHERE id % 2 = 0;

INSERT INTO openedx_catalog_outboxmessage
  (event_id, event_type, subject, payload, occurred_at, state, dispatched_at, sent_at, due_at, claimed_by, attempts, error)
SELECT gen_random_uuid(), 'org.openedx.catalog.course_run.' || CASE WHEN id % 1000 = 0 THEN 'moved' ELSE 'created' END || '.v1',
  course_key, '{}', created, CASE WHEN id % 10 < 9 THEN 'done' WHEN id % 1000 = 9 THEN 'parked' ELSE 'pending' END,
  created, created, created, '', 0, ''
FROM openedx_catalog_courserun WHERE id % 4 = 0;

INSERT INTO openedx_catalog_inboxmessage
  (event_id, source, kind, course_key, payload, source_time, received_at, state, attempts, due_at, done_at, error)
SELECT gen_random_uuid()::text, CASE WHEN id % 1000 = 0 THEN 'course_deleted' ELSE 'course_published' END,
  CASE WHEN id % 1000 = 0 THEN 'deleted' ELSE 'observed' END, course_key, '{}', created, created,
  CASE WHEN id % 10 < 9 THEN 'done' WHEN id % 1000 = 9 THEN 'parked' ELSE 'pending' END, 1, created, created, ''
FROM openedx_catalog_courserun WHERE id % 4 = 0;

INSERT INTO openedx_catalog_programs_program (uuid, title, subtitle, description, image, image_alt, type_id, status, hidden,
  created, modified)
SELECT gen_random_uuid(), 'Introduction to program number ' || n, '', '', '', '', (SELECT min(id) + n % count(*)
  FROM openedx_catalog_programs_programtype), CASE WHEN n % 5 = 0 THEN 'unpublished' WHEN n % 7 = 0 THEN 'deleted' ELSE 'active' END,
  n % 9 = 0, now() - n * interval '1 day', now() - n * interval '1 hour'
FROM generate_series(1, 500) n;

INSERT INTO openedx_catalog_programs_programorganization (program_id, organization_id, role, position)
SELECT id, 1 + id % :orgs, 'authoring', 1 FROM openedx_catalog_programs_program;

INSERT INTO openedx_catalog_programs_curriculum (uuid, program_id, name, version, created, modified, effective_at, retired_at)
SELECT gen_random_uuid(), id, 'Curriculum', v::text, now(), now(), timestamptz '2010-01-01' + v * interval '5 years',
  CASE WHEN v < 3 THEN timestamptz '2010-01-01' + (v + 1) * interval '5 years' END
FROM openedx_catalog_programs_program, generate_series(1, 3) v;

-- The first program has a thousand courses, the others ten.
INSERT INTO openedx_catalog_programs_curriculumcoursemembership (uuid, curriculum_id, catalog_course_id, position, version, "group")
SELECT gen_random_uuid(), c.id, 1 + (c.program_id * 577 + n) % (:courses), n, '1', ''
FROM openedx_catalog_programs_curriculum c, generate_series(1, 1000) n WHERE n <= 10 OR c.program_id = 1;

INSERT INTO openedx_catalog_programs_curriculumprogrammembership (uuid, curriculum_id, program_id, position, version, "group")
SELECT gen_random_uuid(), c.id, c.program_id - 1, 0, '1', '' FROM openedx_catalog_programs_curriculum c WHERE c.program_id % 10 = 0;

INSERT INTO openedx_catalog_programs_curriculumgroup (uuid, curriculum_id, name, minimum, version)
SELECT gen_random_uuid(), id, 'Electives', 1, '1' FROM openedx_catalog_programs_curriculum;

INSERT INTO openedx_catalog_programs_degree (program_id, apply_url, created, modified)
SELECT id, '', now(), now() FROM openedx_catalog_programs_program WHERE id % 3 = 0;

INSERT INTO openedx_catalog_programs_degreecost (uuid, degree_id, description, amount, currency, version)
SELECT gen_random_uuid(), id, 'Tuition', 9900, 'USD', '1' FROM openedx_catalog_programs_degree;

INSERT INTO openedx_catalog_programs_degreedeadline (uuid, degree_id, semester, name, due_at, zone, version)
SELECT gen_random_uuid(), id, 'Spring', 'Application', now(), 'UTC', '1' FROM openedx_catalog_programs_degree;

INSERT INTO openedx_catalog_programs_externalcoursekey (run_id, key, key_ci, source, created, modified)
SELECT id, 'Partner' || id, 'partner' || id, '', now(), now() FROM openedx_catalog_courserun WHERE id % 40 = 0;

INSERT INTO openedx_catalog_sync_source (name, kind, base_url, username, field_map, also, create_missing, null_clears,
  max_missing_percent, per_minute, enabled, rank, owns, places_runs, retire_missing, retire_after, parameters, created, modified)
SELECT 'source ' || n, 'lms', 'https://lms' || n || '.example.org', '', '{}', '[]', true, false, 10, 60, true, 100, '[]', false,
  false, 1, '{}', now(), now()
FROM generate_series(1, 3) n;

INSERT INTO openedx_catalog_sync_runsource (external_id, external_id_ci, "row", fields, first_seen_at, last_seen_at, missing_since, run_id,
  source_id)
SELECT course_key, key_ci, '{}', '{}', created, modified, CASE WHEN id % 90 = 0 THEN modified END, id, 1
FROM openedx_catalog_courserun WHERE id % 2 = 0;

INSERT INTO openedx_catalog_sync_syncjob (status, started_at, ended_at, message, "only", asked_as, allow_mass_missing, counts, source_id)
SELECT 'ok', now() - n * interval '1 day', now() - n * interval '1 day', '', '', '', false, '{"updated": 3}', 1 + n % 3
FROM generate_series(1, 200) n;

INSERT INTO openedx_catalog_sync_syncoutcome (external_id, outcome, code, reason, place, records, job_id)
SELECT course_key, CASE WHEN id % 9 = 0 THEN 'invalid' ELSE 'updated' END, '', '', '', 1, 1 + id % 200
FROM openedx_catalog_courserun WHERE id % 10 = 0;

INSERT INTO openedx_catalog_sync_pinnedfield (run_id, field, reason, created)
SELECT id, 'title', 'as we print it', now() FROM openedx_catalog_courserun WHERE id % 100 = 0;

-- The largest course has a long history; every row has a change.
INSERT INTO openedx_catalog_historicalcourserun (id, course_key, run_code, created, title, uuid, association, source_time, modified,
  history_change_reason, history_date, history_type, history_user_name, catalog_course_id)
SELECT id, course_key, run_code, created, title || ' ' || n, uuid, association, source_time, modified, 'sync:1',
  created + n * interval '1 day', CASE WHEN n = 1 THEN '+' ELSE '~' END, '', catalog_course_id
FROM openedx_catalog_courserun, generate_series(1, 5) n WHERE catalog_course_id = 1 ORDER BY n, id;

INSERT INTO openedx_catalog_historicalcourseschedule (id, run_id, start, "end", enrollment_start, enrollment_end, pacing,
  history_change_reason, history_date, history_type, history_user_name)
SELECT id, run_id, start, "end", enrollment_start, enrollment_end, pacing, 'sync:1', now() - interval '1 day', '+', ''
FROM openedx_catalog_courseschedule WHERE id % 4 = 0;

INSERT INTO openedx_catalog_catalogchange (position, kind, uuid, key, what, audience, occurred_at)
SELECT row_number() OVER (ORDER BY id), 'course_run', uuid, course_key, 'created', 'everybody', created FROM openedx_catalog_courserun;

INSERT INTO openedx_catalog_deletedrunkey (at, source, reason, user_name, course_key, key_ci, title, association, run_uuid,
  catalog_course_uuid)
SELECT now() - n * interval '1 hour', 'api', 'gone', '', 'course-v1:Org1+Gone+' || n, 'course-v1:org1+gone+' || n, 'Gone', 'implicit',
  gen_random_uuid(), gen_random_uuid() FROM generate_series(1, 5000) n;

INSERT INTO openedx_catalog_catalogmerge (at, source, reason, user_name, course_id, uuid, course_code, title, language, created,
  into_uuid, org_id)
SELECT now() - n * interval '1 hour', 'api', 'the same', '', 100000000 + n, gen_random_uuid(), 'Was' || n, 'Was', 'en', now(),
  c.uuid, c.org_id FROM generate_series(1, 2000) n JOIN openedx_catalog_catalogcourse c ON c.id = 1 + n * 3;
