WITH heard AS (SELECT DISTINCT ON (subject, seq) * FROM (
  SELECT subject, seq, epoch_ms(time_utc) AS ms, district,
    exact_scaled(exact_decimal("lit"), CAST(10 AS DECIMAL(9,0))) AS numerator, exact_scaled(exact_decimal("of"), CAST(10 AS DECIMAL(9,0))) AS denominator, true AS counts
  FROM "lamp_status" WHERE run = 'r-1')),
changes AS (
  SELECT k, district, sum(numerator) AS numerator, sum(denominator) AS denominator, sum(n) AS n
  FROM (
    SELECT unnest([k_from, k_beyond]) AS k, district, unnest([numerator, -numerator]) AS numerator,
      unnest([denominator, -denominator]) AS denominator, unnest([1, -1]) AS n
    FROM (
      SELECT *, greatest(ms - 1750204800000, 0) // 60000 AS k_from,
        greatest(least(coalesce(next_ms, ms + 900000), ms + 900000) - 1750204800000, 0) // 60000 AS k_beyond
      FROM (SELECT *, lead(ms) OVER (PARTITION BY subject ORDER BY ms, seq) AS next_ms FROM heard))
    WHERE counts AND (denominator IS NULL OR denominator <> 0) AND k_from < k_beyond)
  GROUP BY ALL),
grid AS (
  SELECT k, 1750204800000 + (k + 1) * 60000 AS wto, scope, planned
  FROM (SELECT unnest(range((SELECT windows FROM run_windows))) AS k), (VALUES ('440100', NULL), ('440106', NULL)) AS s(scope, planned)),
added AS (
  SELECT grid.k, wto, scope, planned, coalesce(sum(numerator), 0) AS numerator,
    coalesce(sum(denominator), 0) AS denominator, coalesce(sum(n), 0) AS n
  FROM grid LEFT JOIN changes ON changes.k = grid.k AND (district = scope OR scope = '440100')
  GROUP BY ALL),
windows AS (SELECT k, wto, scope, planned, sum(numerator) OVER (PARTITION BY scope ORDER BY k) AS numerator, sum(denominator) OVER (PARTITION BY scope ORDER BY k) AS denominator, sum(n) OVER (PARTITION BY scope ORDER BY k) AS n FROM added),
kinds AS (
  SELECT 'window' AS kind, * FROM windows UNION ALL
  SELECT 'day', k, wto, scope, planned, numerator, denominator, n FROM windows),
whole AS (
  SELECT * REPLACE (CAST(numerator AS HUGEINT) AS numerator, CAST(denominator AS HUGEINT) AS denominator)
  FROM kinds)
SELECT 'lamp.usage' AS kpi, kind, wto, scope,
  CAST(CASE WHEN denominator = 0 THEN NULL
    ELSE sign(numerator * 1000000) * ((2 * abs(numerator * 1000000) + denominator) // (2 * denominator)) END AS DOUBLE) / 1000000 AS value,
  CAST(numerator AS DOUBLE) / 10 AS numerator, CAST(CAST(denominator AS DOUBLE) / 10 AS DOUBLE) AS denominator, CAST(n AS BIGINT) AS n
FROM whole
