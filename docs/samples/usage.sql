-- E-licence usage per window and district, from the city's events alone (docs/contracts.md, section 7: a ratio).
--
--   npx huacheng events --for PT3M --scale 0.05 --json > events.jsonl
--   duckdb < docs/samples/usage.sql
--
-- The census is older than the run's start and in no window; here the first window begins at the start of its minute.

CREATE OR REPLACE TEMP VIEW verification AS
-- (subject, seq) identifies an event of a run: a producer's retry repeats it.
SELECT DISTINCT ON (source, subject, seq)
  time_bucket(INTERVAL 1 MINUTE, CAST(time AS TIMESTAMPTZ)) AS window_start,
  district,
  data.eligible AS eligible,
  data.eligible AND data.presented = 'e-license' AND data.outcome = 'accepted' AS used
FROM read_json(
  'events.jsonl',
  format = 'newline_delimited',
  columns = {
    source: 'VARCHAR',
    type: 'VARCHAR',
    subject: 'VARCHAR',
    time: 'VARCHAR',
    seq: 'BIGINT',
    district: 'VARCHAR',
    data: 'STRUCT(eligible BOOLEAN, presented VARCHAR, outcome VARCHAR)'
  }
)
WHERE type = 'city.e-license.verification.v1';

-- One row per window and scope; the city is everything: its districts, and online services, whose events carry the city's
-- own code. Nothing eligible = no value.
SELECT
  strftime(window_start AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.000Z') AS window_start,
  coalesce(district, '440100') AS scope,
  round(sum(used::INTEGER) / nullif(sum(eligible::INTEGER), 0), 6) AS value,
  sum(used::INTEGER)::INTEGER AS numerator,
  sum(eligible::INTEGER)::INTEGER AS denominator
FROM verification
GROUP BY GROUPING SETS ((window_start), (window_start, district))
HAVING grouping(district) = 1 OR district <> '440100'
ORDER BY window_start, scope;
