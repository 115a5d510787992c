-- The KPIs of a run as a Flink SQL job. Made by `npx huacheng flink sql`; not to be edited.
-- run r-9fab891eb2af: guangzhou/default, seed 440100, scale 1. Simulated data (模拟数据).
-- Long because every domain has its tables and views in it.
--
-- Windows only: no day readings, no status against the plan, no alerts, no provisional readings, no map.
-- An event that breaks its schema, names an unknown asset or has an inexact term is a dead letter of the processor; SQL sees its
--   source, type, id, time and the fields that are counted, and counts it. No producer writes one.
-- A topic that holds the same run twice needs a prefix of its own: SQL knows a run by its id, the processor also by its epoch.
-- Parallelism must not exceed the partitions: a reader without one holds the watermark back for ever.
-- Bounded, the job ends with a watermark beyond all: windows after the last tick are not final.
--
-- Every measure is in it.

SET 'pipeline.name' = 'city.kpi of r-9fab891eb2af';
SET 'table.local-time-zone' = 'UTC';
SET 'table.exec.sink.upsert-materialize' = 'NONE';
SET 'table.exec.sink.require-on-conflict' = 'false';

CREATE TABLE `readings` (
  `run` STRING, `kpi` STRING, `scope` STRING, `window_start` STRING, `window_end` STRING,
  `value` DECIMAL(29, 6), `numerator` DECIMAL(29, 9), `denominator` DECIMAL(29, 9), `n` BIGINT,
  PRIMARY KEY (`run`, `kpi`, `scope`, `window_start`) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'city.kpi.flink',
  'properties.bootstrap.servers' = '127.0.0.1:9092',
  'key.format' = 'json', 'value.format' = 'json',
  'value.json.encode.decimal-as-plain-number' = 'true'
);

CREATE TABLE `casework` (
  `type` STRING, `source` STRING, `id` STRING, `subject` STRING, `district` STRING,
  `seq` BIGINT, `time` TIMESTAMP_LTZ(3),
  `data` ROW<`open` DOUBLE, `overdue` DOUBLE, `inTime` BOOLEAN, `urgent` BOOLEAN>,
  `partition` INT METADATA VIRTUAL, `read at` AS PROCTIME(),
  WATERMARK FOR `time` AS CASE WHEN `type` = 'city.tick.v1' AND `source` = '/huacheng/r-9fab891eb2af/producers' THEN `time` - INTERVAL '0.001' SECOND(2, 3) END
) WITH (
  'connector' = 'kafka',
  'topic' = 'city.casework',
  'properties.bootstrap.servers' = '127.0.0.1:9092',
  'properties.group.id' = 'city.flink',
  'scan.startup.mode' = 'earliest-offset',
  'scan.watermark.emit.strategy' = 'on-event',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601',
  'json.ignore-parse-errors' = 'true',
  'json.decode.json-parser.enabled' = 'false'
);
CREATE TEMPORARY VIEW `casework guarded` AS
SELECT *, MAX(CASE WHEN `type` = 'city.tick.v1' AND `source` = '/huacheng/r-9fab891eb2af/producers' THEN TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(1750235400000, 3), `time`) / 60 END)
  OVER (PARTITION BY `partition` ORDER BY `read at` ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS `closed`
FROM `casework`;
CREATE TEMPORARY VIEW `casework on time` AS
SELECT `type`, CASE WHEN `type` = 'city.tick.v1' THEN `scope` ELSE `id` END AS `id`,
  CASE WHEN `type` = 'city.tick.v1' THEN '' ELSE `subject` END AS `subject`,
  `scope` AS `district`, `seq`, `time`, `data`
FROM (
  SELECT *, CASE WHEN `type` = 'city.tick.v1' THEN ARRAY['440103', '440104', '440105', '440106', '440111', '440112', '440113', '440114', '440115', '440117', '440118'] ELSE ARRAY[`district`] END AS `scopes`
  FROM `casework guarded`
  WHERE (`type` IN ('city.casework.registered.v1', 'city.casework.dispatched.v1', 'city.casework.handled.v1', 'city.casework.verified.v1', 'city.casework.closed.v1', 'city.casework.noted.v1', 'city.casework.status.v1') AND `source` = '/huacheng/r-9fab891eb2af/casework'
    AND (`closed` IS NULL OR `time` < TO_TIMESTAMP_LTZ(1750235400000, 3) OR TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(1750235400000, 3), `time`) / 60 >= `closed`))
  OR (`type` = 'city.tick.v1' AND `source` = '/huacheng/r-9fab891eb2af/producers' AND `partition` = 0 AND MOD(TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(1750235400000, 3), `time`), 60) = 0)
) CROSS JOIN UNNEST(`scopes`) AS s(`scope`);
CREATE TEMPORARY VIEW `casework counted` AS
SELECT `window_start`, `window_end`, `district`,
  SUM(CASE WHEN `type` IN ('city.casework.closed.v1') THEN CAST(CASE WHEN (`data`.`inTime` = TRUE) THEN 1 ELSE 0 END AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 3`,
  SUM(CASE WHEN `type` IN ('city.casework.closed.v1') THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 3`,
  SUM(CASE WHEN `type` IN ('city.casework.closed.v1') THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 3`,
  SUM(CASE WHEN `type` IN ('city.casework.dispatched.v1') THEN CAST(CASE WHEN CASE WHEN (`data`.`urgent` = TRUE) THEN 1 ELSE 0 END <> 0 THEN CASE WHEN ((`data`.`urgent` = TRUE) AND (`data`.`inTime` = TRUE)) THEN 1 ELSE 0 END ELSE 0 END AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 4`,
  SUM(CASE WHEN `type` IN ('city.casework.dispatched.v1') THEN CAST(CASE WHEN (`data`.`urgent` = TRUE) THEN 1 ELSE 0 END AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 4`,
  SUM(CASE WHEN `type` IN ('city.casework.dispatched.v1') THEN CAST(CASE WHEN CASE WHEN (`data`.`urgent` = TRUE) THEN 1 ELSE 0 END <> 0 THEN 1 ELSE 0 END AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 4`,
  SUM(CASE WHEN `type` IN ('city.casework.registered.v1') THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 5`,
  SUM(CASE WHEN `type` IN ('city.casework.registered.v1') THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 5`,
  SUM(CASE WHEN `type` IN ('city.casework.registered.v1') THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 5`
FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY `window_start`, `window_end`, `id` ORDER BY `time`) AS `copy`
  FROM TABLE(TUMBLE(TABLE `casework on time`, DESCRIPTOR(`time`), INTERVAL '60' SECOND(2))) WHERE `time` >= TO_TIMESTAMP_LTZ(1750235400000, 3))
WHERE `copy` = 1
GROUP BY GROUPING SETS ((`window_start`, `window_end`, `district`), (`window_start`, `window_end`));
CREATE TEMPORARY VIEW `casework newest 1` AS
SELECT `window_start`, `window_end`, `district`, `subject`,
  SUBSTRING(MAX(DATE_FORMAT(`time`, 'yyyyMMddHHmmssSSS') || LPAD(CAST(`seq` AS STRING), 12, '0') || CASE WHEN `subject` <> '' THEN CAST(CAST(FLOOR(`data`.`open` + 0.5E0) AS BIGINT) AS STRING) || ',' || CAST(CAST(FLOOR(`data`.`overdue` + 0.5E0) AS BIGINT) AS STRING) ELSE '0,0' END) FROM 30) AS `terms`
FROM TABLE(HOP(TABLE `casework on time`, DESCRIPTOR(`time`), INTERVAL '60' SECOND(2), INTERVAL '900' SECOND(3)))
WHERE `type` IN ('city.casework.registered.v1', 'city.casework.dispatched.v1', 'city.casework.handled.v1', 'city.casework.verified.v1', 'city.casework.closed.v1', 'city.casework.noted.v1', 'city.casework.status.v1', 'city.tick.v1')
GROUP BY `window_start`, `window_end`, `district`, `subject`;
CREATE TEMPORARY VIEW `casework latest 1` AS
SELECT `window_start`, `window_end`, `district`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 0`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 0`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 0`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 1`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 1`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 1`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 1) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 2`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 2`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 2`
FROM `casework newest 1`
GROUP BY GROUPING SETS ((`window_start`, `window_end`, `district`), (`window_start`, `window_end`));

CREATE TABLE `e-license` (
  `type` STRING, `source` STRING, `id` STRING, `subject` STRING, `district` STRING,
  `seq` BIGINT, `time` TIMESTAMP_LTZ(3),
  `data` ROW<`eligible` BOOLEAN, `presented` STRING, `outcome` STRING, `accepts` BOOLEAN, `onSite` BOOLEAN>,
  `partition` INT METADATA VIRTUAL, `read at` AS PROCTIME(),
  WATERMARK FOR `time` AS CASE WHEN `type` = 'city.tick.v1' AND `source` = '/huacheng/r-9fab891eb2af/producers' THEN `time` - INTERVAL '0.001' SECOND(2, 3) END
) WITH (
  'connector' = 'kafka',
  'topic' = 'city.e-license',
  'properties.bootstrap.servers' = '127.0.0.1:9092',
  'properties.group.id' = 'city.flink',
  'scan.startup.mode' = 'earliest-offset',
  'scan.watermark.emit.strategy' = 'on-event',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601',
  'json.ignore-parse-errors' = 'true',
  'json.decode.json-parser.enabled' = 'false'
);
CREATE TEMPORARY VIEW `e-license guarded` AS
SELECT *, MAX(CASE WHEN `type` = 'city.tick.v1' AND `source` = '/huacheng/r-9fab891eb2af/producers' THEN TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(1750235400000, 3), `time`) / 60 END)
  OVER (PARTITION BY `partition` ORDER BY `read at` ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS `closed`
FROM `e-license`;
CREATE TEMPORARY VIEW `e-license on time` AS
SELECT `type`, CASE WHEN `type` = 'city.tick.v1' THEN `scope` ELSE `id` END AS `id`,
  CASE WHEN `type` = 'city.tick.v1' THEN '' ELSE `subject` END AS `subject`,
  `scope` AS `district`, `seq`, `time`, `data`
FROM (
  SELECT *, CASE WHEN `type` = 'city.tick.v1' THEN ARRAY['440103', '440104', '440105', '440106', '440111', '440112', '440113', '440114', '440115', '440117', '440118'] ELSE ARRAY[`district`] END AS `scopes`
  FROM `e-license guarded`
  WHERE (`type` IN ('city.e-license.verification.v1', 'city.e-license.status.v1') AND `source` = '/huacheng/r-9fab891eb2af/e-license'
    AND (`closed` IS NULL OR `time` < TO_TIMESTAMP_LTZ(1750235400000, 3) OR TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(1750235400000, 3), `time`) / 60 >= `closed`))
  OR (`type` = 'city.tick.v1' AND `source` = '/huacheng/r-9fab891eb2af/producers' AND `partition` = 0 AND MOD(TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(1750235400000, 3), `time`), 60) = 0)
) CROSS JOIN UNNEST(`scopes`) AS s(`scope`);
CREATE TEMPORARY VIEW `e-license counted` AS
SELECT `window_start`, `window_end`, `district`,
  SUM(CASE WHEN `type` IN ('city.e-license.verification.v1') THEN CAST(CASE WHEN CASE WHEN (`data`.`eligible` = TRUE) THEN 1 ELSE 0 END <> 0 THEN CASE WHEN ((`data`.`eligible` = TRUE) AND (`data`.`presented` = 'e-license') AND (`data`.`outcome` = 'accepted')) THEN 1 ELSE 0 END ELSE 0 END AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 0`,
  SUM(CASE WHEN `type` IN ('city.e-license.verification.v1') THEN CAST(CASE WHEN (`data`.`eligible` = TRUE) THEN 1 ELSE 0 END AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 0`,
  SUM(CASE WHEN `type` IN ('city.e-license.verification.v1') THEN CAST(CASE WHEN CASE WHEN (`data`.`eligible` = TRUE) THEN 1 ELSE 0 END <> 0 THEN 1 ELSE 0 END AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 0`,
  SUM(CASE WHEN `type` IN ('city.e-license.verification.v1') THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 1`,
  SUM(CASE WHEN `type` IN ('city.e-license.verification.v1') THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 1`,
  SUM(CASE WHEN `type` IN ('city.e-license.verification.v1') THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 1`
FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY `window_start`, `window_end`, `id` ORDER BY `time`) AS `copy`
  FROM TABLE(TUMBLE(TABLE `e-license on time`, DESCRIPTOR(`time`), INTERVAL '60' SECOND(2))) WHERE `time` >= TO_TIMESTAMP_LTZ(1750235400000, 3))
WHERE `copy` = 1
GROUP BY GROUPING SETS ((`window_start`, `window_end`, `district`), (`window_start`, `window_end`));
CREATE TEMPORARY VIEW `e-license newest 1` AS
SELECT `window_start`, `window_end`, `district`, `subject`,
  SUBSTRING(MAX(DATE_FORMAT(`time`, 'yyyyMMddHHmmssSSS') || LPAD(CAST(`seq` AS STRING), 12, '0') || CASE WHEN `subject` <> '' THEN CAST(CASE WHEN ((`data`.`accepts` = TRUE) AND (`data`.`onSite` = TRUE)) THEN 1 ELSE 0 END AS STRING) ELSE '0' END) FROM 30) AS `terms`
FROM TABLE(HOP(TABLE `e-license on time`, DESCRIPTOR(`time`), INTERVAL '60' SECOND(2), INTERVAL '2400' SECOND(4)))
WHERE `type` IN ('city.e-license.status.v1', 'city.tick.v1')
GROUP BY `window_start`, `window_end`, `district`, `subject`;
CREATE TEMPORARY VIEW `e-license latest 1` AS
SELECT `window_start`, `window_end`, `district`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 2`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 2`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 2`
FROM `e-license newest 1`
GROUP BY GROUPING SETS ((`window_start`, `window_end`, `district`), (`window_start`, `window_end`));

CREATE TABLE `five-g-site` (
  `type` STRING, `source` STRING, `id` STRING, `subject` STRING, `district` STRING,
  `seq` BIGINT, `time` TIMESTAMP_LTZ(3),
  `data` ROW<`kind` STRING, `state` STRING, `loadPct` DOUBLE>,
  `partition` INT METADATA VIRTUAL, `read at` AS PROCTIME(),
  WATERMARK FOR `time` AS CASE WHEN `type` = 'city.tick.v1' AND `source` = '/huacheng/r-9fab891eb2af/producers' THEN `time` - INTERVAL '0.001' SECOND(2, 3) END
) WITH (
  'connector' = 'kafka',
  'topic' = 'city.five-g-site',
  'properties.bootstrap.servers' = '127.0.0.1:9092',
  'properties.group.id' = 'city.flink',
  'scan.startup.mode' = 'earliest-offset',
  'scan.watermark.emit.strategy' = 'on-event',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601',
  'json.ignore-parse-errors' = 'true',
  'json.decode.json-parser.enabled' = 'false'
);
CREATE TEMPORARY VIEW `five-g-site guarded` AS
SELECT *, MAX(CASE WHEN `type` = 'city.tick.v1' AND `source` = '/huacheng/r-9fab891eb2af/producers' THEN TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(1750235400000, 3), `time`) / 60 END)
  OVER (PARTITION BY `partition` ORDER BY `read at` ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS `closed`
FROM `five-g-site`;
CREATE TEMPORARY VIEW `five-g-site on time` AS
SELECT `type`, CASE WHEN `type` = 'city.tick.v1' THEN `scope` ELSE `id` END AS `id`,
  CASE WHEN `type` = 'city.tick.v1' THEN '' ELSE `subject` END AS `subject`,
  `scope` AS `district`, `seq`, `time`, `data`
FROM (
  SELECT *, CASE WHEN `type` = 'city.tick.v1' THEN ARRAY['440103', '440104', '440105', '440106', '440111', '440112', '440113', '440114', '440115', '440117', '440118'] ELSE ARRAY[`district`] END AS `scopes`
  FROM `five-g-site guarded`
  WHERE (`type` IN ('city.five-g-site.status.v1') AND `source` = '/huacheng/r-9fab891eb2af/five-g-site'
    AND (`closed` IS NULL OR `time` < TO_TIMESTAMP_LTZ(1750235400000, 3) OR TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(1750235400000, 3), `time`) / 60 >= `closed`))
  OR (`type` = 'city.tick.v1' AND `source` = '/huacheng/r-9fab891eb2af/producers' AND `partition` = 0 AND MOD(TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(1750235400000, 3), `time`), 60) = 0)
) CROSS JOIN UNNEST(`scopes`) AS s(`scope`);
CREATE TEMPORARY VIEW `five-g-site newest 1` AS
SELECT `window_start`, `window_end`, `district`, `subject`,
  SUBSTRING(MAX(DATE_FORMAT(`time`, 'yyyyMMddHHmmssSSS') || LPAD(CAST(`seq` AS STRING), 12, '0') || CASE WHEN `subject` <> '' THEN CAST(CASE WHEN (`data`.`kind` = 'outdoor') THEN 1 ELSE 0 END AS STRING) ELSE '0' END) FROM 30) AS `terms`
FROM TABLE(HOP(TABLE `five-g-site on time`, DESCRIPTOR(`time`), INTERVAL '60' SECOND(2), INTERVAL '86400' SECOND(5)))
WHERE `type` IN ('city.five-g-site.status.v1', 'city.tick.v1')
GROUP BY `window_start`, `window_end`, `district`, `subject`;
CREATE TEMPORARY VIEW `five-g-site latest 1` AS
SELECT `window_start`, `window_end`, `district`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 0`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 0`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 0`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 1`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 1`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 1`
FROM `five-g-site newest 1`
GROUP BY GROUPING SETS ((`window_start`, `window_end`, `district`), (`window_start`, `window_end`));
CREATE TEMPORARY VIEW `five-g-site newest 2` AS
SELECT `window_start`, `window_end`, `district`, `subject`,
  SUBSTRING(MAX(DATE_FORMAT(`time`, 'yyyyMMddHHmmssSSS') || LPAD(CAST(`seq` AS STRING), 12, '0') || CASE WHEN `subject` <> '' THEN CAST(CASE WHEN (`data`.`state` <> 'out') THEN 1 ELSE 0 END AS STRING) || ',' || CAST(CASE WHEN CASE WHEN ((`data`.`state` <> 'out') AND (`data`.`state` <> 'sleep')) THEN 1000 ELSE 0 END <> 0 THEN CASE WHEN ((`data`.`state` <> 'out') AND (`data`.`state` <> 'sleep')) THEN CAST(FLOOR((`data`.`loadPct` * CAST(0.01 AS DOUBLE)) * 1000 + 0.5E0) AS BIGINT) ELSE 0 END ELSE 0 END AS STRING) || ',' || CAST(CASE WHEN ((`data`.`state` <> 'out') AND (`data`.`state` <> 'sleep')) THEN 1000 ELSE 0 END AS STRING) || ',' || CAST(CASE WHEN CASE WHEN ((`data`.`state` <> 'out') AND (`data`.`state` <> 'sleep')) THEN 1000 ELSE 0 END <> 0 THEN 1 ELSE 0 END AS STRING) ELSE '0,0,0,0' END) FROM 30) AS `terms`
FROM TABLE(HOP(TABLE `five-g-site on time`, DESCRIPTOR(`time`), INTERVAL '60' SECOND(2), INTERVAL '2400' SECOND(4)))
WHERE `type` IN ('city.five-g-site.status.v1', 'city.tick.v1')
GROUP BY `window_start`, `window_end`, `district`, `subject`;
CREATE TEMPORARY VIEW `five-g-site latest 2` AS
SELECT `window_start`, `window_end`, `district`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 2`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 2`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 2`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 1) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 3`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 2) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 3`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 3) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 3`
FROM `five-g-site newest 2`
GROUP BY GROUPING SETS ((`window_start`, `window_end`, `district`), (`window_start`, `window_end`));

CREATE TABLE `health-sentinel` (
  `type` STRING, `source` STRING, `id` STRING, `subject` STRING, `district` STRING,
  `seq` BIGINT, `time` TIMESTAMP_LTZ(3),
  `data` ROW<`visits` DOUBLE, `feverVisits` DOUBLE, `dayFever` DOUBLE, `dayVisits` DOUBLE, `stage` STRING>,
  `partition` INT METADATA VIRTUAL, `read at` AS PROCTIME(),
  WATERMARK FOR `time` AS CASE WHEN `type` = 'city.tick.v1' AND `source` = '/huacheng/r-9fab891eb2af/producers' THEN `time` - INTERVAL '0.001' SECOND(2, 3) END
) WITH (
  'connector' = 'kafka',
  'topic' = 'city.health-sentinel',
  'properties.bootstrap.servers' = '127.0.0.1:9092',
  'properties.group.id' = 'city.flink',
  'scan.startup.mode' = 'earliest-offset',
  'scan.watermark.emit.strategy' = 'on-event',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601',
  'json.ignore-parse-errors' = 'true',
  'json.decode.json-parser.enabled' = 'false'
);
CREATE TEMPORARY VIEW `health-sentinel guarded` AS
SELECT *, MAX(CASE WHEN `type` = 'city.tick.v1' AND `source` = '/huacheng/r-9fab891eb2af/producers' THEN TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(1750235400000, 3), `time`) / 60 END)
  OVER (PARTITION BY `partition` ORDER BY `read at` ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS `closed`
FROM `health-sentinel`;
CREATE TEMPORARY VIEW `health-sentinel on time` AS
SELECT `type`, CASE WHEN `type` = 'city.tick.v1' THEN `scope` ELSE `id` END AS `id`,
  CASE WHEN `type` = 'city.tick.v1' THEN '' ELSE `subject` END AS `subject`,
  `scope` AS `district`, `seq`, `time`, `data`
FROM (
  SELECT *, CASE WHEN `type` = 'city.tick.v1' THEN ARRAY['440103', '440104', '440105', '440106', '440111', '440112', '440113', '440114', '440115', '440117', '440118'] ELSE ARRAY[`district`] END AS `scopes`
  FROM `health-sentinel guarded`
  WHERE (`type` IN ('city.health-sentinel.visit-report.v1', 'city.health-sentinel.stage-change.v1') AND `source` = '/huacheng/r-9fab891eb2af/health-sentinel'
    AND (`closed` IS NULL OR `time` < TO_TIMESTAMP_LTZ(1750235400000, 3) OR TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(1750235400000, 3), `time`) / 60 >= `closed`))
  OR (`type` = 'city.tick.v1' AND `source` = '/huacheng/r-9fab891eb2af/producers' AND `partition` = 0 AND MOD(TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(1750235400000, 3), `time`), 60) = 0)
) CROSS JOIN UNNEST(`scopes`) AS s(`scope`);
CREATE TEMPORARY VIEW `health-sentinel counted` AS
SELECT `window_start`, `window_end`, `district`,
  SUM(CASE WHEN `type` IN ('city.health-sentinel.visit-report.v1') THEN CAST(FLOOR(`data`.`visits` + 0.5E0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 1`,
  SUM(CASE WHEN `type` IN ('city.health-sentinel.visit-report.v1') THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 1`,
  SUM(CASE WHEN `type` IN ('city.health-sentinel.visit-report.v1') THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 1`,
  SUM(CASE WHEN `type` IN ('city.health-sentinel.visit-report.v1') THEN CAST(FLOOR(`data`.`feverVisits` + 0.5E0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 2`,
  SUM(CASE WHEN `type` IN ('city.health-sentinel.visit-report.v1') THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 2`,
  SUM(CASE WHEN `type` IN ('city.health-sentinel.visit-report.v1') THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 2`
FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY `window_start`, `window_end`, `id` ORDER BY `time`) AS `copy`
  FROM TABLE(TUMBLE(TABLE `health-sentinel on time`, DESCRIPTOR(`time`), INTERVAL '60' SECOND(2))) WHERE `time` >= TO_TIMESTAMP_LTZ(1750235400000, 3))
WHERE `copy` = 1
GROUP BY GROUPING SETS ((`window_start`, `window_end`, `district`), (`window_start`, `window_end`));
CREATE TEMPORARY VIEW `health-sentinel newest 1` AS
SELECT `window_start`, `window_end`, `district`, `subject`,
  SUBSTRING(MAX(DATE_FORMAT(`time`, 'yyyyMMddHHmmssSSS') || LPAD(CAST(`seq` AS STRING), 12, '0') || CASE WHEN `subject` <> '' THEN CAST(CASE WHEN CAST(FLOOR(`data`.`dayVisits` + 0.5E0) AS BIGINT) <> 0 THEN CAST(FLOOR(`data`.`dayFever` + 0.5E0) AS BIGINT) ELSE 0 END AS STRING) || ',' || CAST(CAST(FLOOR(`data`.`dayVisits` + 0.5E0) AS BIGINT) AS STRING) || ',' || CAST(CASE WHEN CAST(FLOOR(`data`.`dayVisits` + 0.5E0) AS BIGINT) <> 0 THEN 1 ELSE 0 END AS STRING) || ',' || CAST(CASE WHEN (`data`.`stage` = 'assess') THEN 1 ELSE 0 END AS STRING) || ',' || CAST(CASE WHEN (`data`.`stage` = 'deploy') THEN 1 ELSE 0 END AS STRING) ELSE '0,0,0,0,0' END) FROM 30) AS `terms`
FROM TABLE(HOP(TABLE `health-sentinel on time`, DESCRIPTOR(`time`), INTERVAL '60' SECOND(2), INTERVAL '2400' SECOND(4)))
WHERE `type` IN ('city.health-sentinel.visit-report.v1', 'city.health-sentinel.stage-change.v1', 'city.tick.v1')
GROUP BY `window_start`, `window_end`, `district`, `subject`;
CREATE TEMPORARY VIEW `health-sentinel latest 1` AS
SELECT `window_start`, `window_end`, `district`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 0`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 0`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 0`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 3`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 1) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 3`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 2) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 3`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 3) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 4`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 4`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 4`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 4) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 5`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 5`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 5`
FROM `health-sentinel newest 1`
GROUP BY GROUPING SETS ((`window_start`, `window_end`, `district`), (`window_start`, `window_end`));

CREATE TABLE `hotline` (
  `type` STRING, `source` STRING, `id` STRING, `subject` STRING, `district` STRING,
  `seq` BIGINT, `time` TIMESTAMP_LTZ(3),
  `data` ROW<`channel` STRING, `answered` BOOLEAN, `urgent` BOOLEAN, `inTime` BOOLEAN, `waiting` DOUBLE, `overdue` DOUBLE>,
  `partition` INT METADATA VIRTUAL, `read at` AS PROCTIME(),
  WATERMARK FOR `time` AS CASE WHEN `type` = 'city.tick.v1' AND `source` = '/huacheng/r-9fab891eb2af/producers' THEN `time` - INTERVAL '0.001' SECOND(2, 3) END
) WITH (
  'connector' = 'kafka',
  'topic' = 'city.hotline',
  'properties.bootstrap.servers' = '127.0.0.1:9092',
  'properties.group.id' = 'city.flink',
  'scan.startup.mode' = 'earliest-offset',
  'scan.watermark.emit.strategy' = 'on-event',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601',
  'json.ignore-parse-errors' = 'true',
  'json.decode.json-parser.enabled' = 'false'
);
CREATE TEMPORARY VIEW `hotline guarded` AS
SELECT *, MAX(CASE WHEN `type` = 'city.tick.v1' AND `source` = '/huacheng/r-9fab891eb2af/producers' THEN TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(1750235400000, 3), `time`) / 60 END)
  OVER (PARTITION BY `partition` ORDER BY `read at` ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS `closed`
FROM `hotline`;
CREATE TEMPORARY VIEW `hotline on time` AS
SELECT `type`, CASE WHEN `type` = 'city.tick.v1' THEN `scope` ELSE `id` END AS `id`,
  CASE WHEN `type` = 'city.tick.v1' THEN '' ELSE `subject` END AS `subject`,
  `scope` AS `district`, `seq`, `time`, `data`
FROM (
  SELECT *, CASE WHEN `type` = 'city.tick.v1' THEN ARRAY['440103', '440104', '440105', '440106', '440111', '440112', '440113', '440114', '440115', '440117', '440118'] ELSE ARRAY[`district`] END AS `scopes`
  FROM `hotline guarded`
  WHERE (`type` IN ('city.hotline.received.v1', 'city.hotline.forwarded.v1', 'city.hotline.closed.v1', 'city.hotline.status.v1') AND `source` = '/huacheng/r-9fab891eb2af/hotline'
    AND (`closed` IS NULL OR `time` < TO_TIMESTAMP_LTZ(1750235400000, 3) OR TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(1750235400000, 3), `time`) / 60 >= `closed`))
  OR (`type` = 'city.tick.v1' AND `source` = '/huacheng/r-9fab891eb2af/producers' AND `partition` = 0 AND MOD(TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(1750235400000, 3), `time`), 60) = 0)
) CROSS JOIN UNNEST(`scopes`) AS s(`scope`);
CREATE TEMPORARY VIEW `hotline counted` AS
SELECT `window_start`, `window_end`, `district`,
  SUM(CASE WHEN `type` IN ('city.hotline.received.v1') THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 1`,
  SUM(CASE WHEN `type` IN ('city.hotline.received.v1') THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 1`,
  SUM(CASE WHEN `type` IN ('city.hotline.received.v1') THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 1`,
  SUM(CASE WHEN `type` IN ('city.hotline.received.v1') THEN CAST(CASE WHEN (`data`.`channel` = 'internet') THEN 1 ELSE 0 END AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 2`,
  SUM(CASE WHEN `type` IN ('city.hotline.received.v1') THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 2`,
  SUM(CASE WHEN `type` IN ('city.hotline.received.v1') THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 2`,
  SUM(CASE WHEN `type` IN ('city.hotline.received.v1') THEN CAST(CASE WHEN (`data`.`answered` = TRUE) THEN 1 ELSE 0 END AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 3`,
  SUM(CASE WHEN `type` IN ('city.hotline.received.v1') THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 3`,
  SUM(CASE WHEN `type` IN ('city.hotline.received.v1') THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 3`,
  SUM(CASE WHEN `type` IN ('city.hotline.forwarded.v1') THEN CAST(CASE WHEN CASE WHEN (`data`.`urgent` = TRUE) THEN 1 ELSE 0 END <> 0 THEN CASE WHEN ((`data`.`urgent` = TRUE) AND (`data`.`inTime` = TRUE)) THEN 1 ELSE 0 END ELSE 0 END AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 4`,
  SUM(CASE WHEN `type` IN ('city.hotline.forwarded.v1') THEN CAST(CASE WHEN (`data`.`urgent` = TRUE) THEN 1 ELSE 0 END AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 4`,
  SUM(CASE WHEN `type` IN ('city.hotline.forwarded.v1') THEN CAST(CASE WHEN CASE WHEN (`data`.`urgent` = TRUE) THEN 1 ELSE 0 END <> 0 THEN 1 ELSE 0 END AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 4`,
  SUM(CASE WHEN `type` IN ('city.hotline.closed.v1') THEN CAST(CASE WHEN (`data`.`inTime` = TRUE) THEN 1 ELSE 0 END AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 5`,
  SUM(CASE WHEN `type` IN ('city.hotline.closed.v1') THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 5`,
  SUM(CASE WHEN `type` IN ('city.hotline.closed.v1') THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 5`
FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY `window_start`, `window_end`, `id` ORDER BY `time`) AS `copy`
  FROM TABLE(TUMBLE(TABLE `hotline on time`, DESCRIPTOR(`time`), INTERVAL '60' SECOND(2))) WHERE `time` >= TO_TIMESTAMP_LTZ(1750235400000, 3))
WHERE `copy` = 1
GROUP BY GROUPING SETS ((`window_start`, `window_end`, `district`), (`window_start`, `window_end`));
CREATE TEMPORARY VIEW `hotline newest 1` AS
SELECT `window_start`, `window_end`, `district`, `subject`,
  SUBSTRING(MAX(DATE_FORMAT(`time`, 'yyyyMMddHHmmssSSS') || LPAD(CAST(`seq` AS STRING), 12, '0') || CASE WHEN `subject` <> '' THEN CAST(CAST(FLOOR(`data`.`waiting` + 0.5E0) AS BIGINT) AS STRING) ELSE '0' END) FROM 30) AS `terms`
FROM TABLE(HOP(TABLE `hotline on time`, DESCRIPTOR(`time`), INTERVAL '60' SECOND(2), INTERVAL '900' SECOND(3)))
WHERE `type` IN ('city.hotline.received.v1', 'city.hotline.forwarded.v1', 'city.hotline.closed.v1', 'city.hotline.status.v1', 'city.tick.v1')
GROUP BY `window_start`, `window_end`, `district`, `subject`;
CREATE TEMPORARY VIEW `hotline latest 1` AS
SELECT `window_start`, `window_end`, `district`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 0`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 0`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 0`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 6`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 6`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 6`
FROM `hotline newest 1`
GROUP BY GROUPING SETS ((`window_start`, `window_end`, `district`), (`window_start`, `window_end`));
CREATE TEMPORARY VIEW `hotline newest 2` AS
SELECT `window_start`, `window_end`, `district`, `subject`,
  SUBSTRING(MAX(DATE_FORMAT(`time`, 'yyyyMMddHHmmssSSS') || LPAD(CAST(`seq` AS STRING), 12, '0') || CASE WHEN `subject` <> '' THEN CAST(CASE WHEN CAST(FLOOR(`data`.`waiting` + 0.5E0) AS BIGINT) <> 0 THEN CAST(FLOOR(`data`.`overdue` + 0.5E0) AS BIGINT) ELSE 0 END AS STRING) || ',' || CAST(CAST(FLOOR(`data`.`waiting` + 0.5E0) AS BIGINT) AS STRING) || ',' || CAST(CASE WHEN CAST(FLOOR(`data`.`waiting` + 0.5E0) AS BIGINT) <> 0 THEN 1 ELSE 0 END AS STRING) ELSE '0,0,0' END) FROM 30) AS `terms`
FROM TABLE(HOP(TABLE `hotline on time`, DESCRIPTOR(`time`), INTERVAL '60' SECOND(2), INTERVAL '900' SECOND(3)))
WHERE `type` IN ('city.hotline.status.v1', 'city.tick.v1')
GROUP BY `window_start`, `window_end`, `district`, `subject`;
CREATE TEMPORARY VIEW `hotline latest 2` AS
SELECT `window_start`, `window_end`, `district`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 7`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 1) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 7`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 2) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 7`
FROM `hotline newest 2`
GROUP BY GROUPING SETS ((`window_start`, `window_end`, `district`), (`window_start`, `window_end`));

CREATE TABLE `indicator-report` (
  `type` STRING, `source` STRING, `id` STRING, `subject` STRING, `district` STRING,
  `seq` BIGINT, `time` TIMESTAMP_LTZ(3),
  `data` ROW<`value` DOUBLE>,
  `partition` INT METADATA VIRTUAL, `read at` AS PROCTIME(),
  WATERMARK FOR `time` AS CASE WHEN `type` = 'city.tick.v1' AND `source` = '/huacheng/r-9fab891eb2af/producers' THEN `time` - INTERVAL '0.001' SECOND(2, 3) END
) WITH (
  'connector' = 'kafka',
  'topic' = 'city.indicator-report',
  'properties.bootstrap.servers' = '127.0.0.1:9092',
  'properties.group.id' = 'city.flink',
  'scan.startup.mode' = 'earliest-offset',
  'scan.watermark.emit.strategy' = 'on-event',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601',
  'json.ignore-parse-errors' = 'true',
  'json.decode.json-parser.enabled' = 'false'
);
CREATE TEMPORARY VIEW `indicator-report guarded` AS
SELECT *, MAX(CASE WHEN `type` = 'city.tick.v1' AND `source` = '/huacheng/r-9fab891eb2af/producers' THEN TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(1750235400000, 3), `time`) / 60 END)
  OVER (PARTITION BY `partition` ORDER BY `read at` ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS `closed`
FROM `indicator-report`;
CREATE TEMPORARY VIEW `indicator-report on time` AS
SELECT `type`, CASE WHEN `type` = 'city.tick.v1' THEN `scope` ELSE `id` END AS `id`,
  CASE WHEN `type` = 'city.tick.v1' THEN '' ELSE `subject` END AS `subject`,
  `scope` AS `district`, `seq`, `time`, `data`
FROM (
  SELECT *, CASE WHEN `type` = 'city.tick.v1' THEN ARRAY['440100'] ELSE ARRAY[`district`] END AS `scopes`
  FROM `indicator-report guarded`
  WHERE (`type` IN ('city.indicator-report.report.v1') AND `source` = '/huacheng/r-9fab891eb2af/indicator-report'
    AND (`closed` IS NULL OR `time` < TO_TIMESTAMP_LTZ(1750235400000, 3) OR TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(1750235400000, 3), `time`) / 60 >= `closed`))
  OR (`type` = 'city.tick.v1' AND `source` = '/huacheng/r-9fab891eb2af/producers' AND `partition` = 0 AND MOD(TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(1750235400000, 3), `time`), 60) = 0)
) CROSS JOIN UNNEST(`scopes`) AS s(`scope`);
CREATE TEMPORARY VIEW `indicator-report newest 1` AS
SELECT `window_start`, `window_end`, `district`, `subject`,
  SUBSTRING(MAX(DATE_FORMAT(`time`, 'yyyyMMddHHmmssSSS') || LPAD(CAST(`seq` AS STRING), 12, '0') || CASE WHEN `subject` <> '' THEN CAST(CAST(FLOOR(`data`.`value` * 10000 + 0.5E0) AS BIGINT) AS STRING) ELSE '0' END) FROM 30) AS `terms`
FROM TABLE(HOP(TABLE `indicator-report on time`, DESCRIPTOR(`time`), INTERVAL '60' SECOND(2), INTERVAL '259200' SECOND(6)))
WHERE `type` IN ('city.indicator-report.report.v1', 'city.tick.v1')
GROUP BY `window_start`, `window_end`, `district`, `subject`;
CREATE TEMPORARY VIEW `indicator-report latest 1` AS
SELECT `window_start`, `window_end`, CAST(NULL AS STRING) AS `district`,
  SUM(CASE WHEN `subject` = 'ind-440100-core-digital-share' THEN CAST(SPLIT_INDEX(`terms`, ',', 0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 0`,
  SUM(CASE WHEN `subject` = 'ind-440100-core-digital-share' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 0`,
  SUM(CASE WHEN `subject` = 'ind-440100-core-digital-share' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 0`,
  SUM(CASE WHEN `subject` = 'ind-440100-demonstration-enterprises' THEN CAST(SPLIT_INDEX(`terms`, ',', 0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 1`,
  SUM(CASE WHEN `subject` = 'ind-440100-demonstration-enterprises' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 1`,
  SUM(CASE WHEN `subject` = 'ind-440100-demonstration-enterprises' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 1`,
  SUM(CASE WHEN `subject` = 'ind-440100-electronics-output' THEN CAST(SPLIT_INDEX(`terms`, ',', 0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 2`,
  SUM(CASE WHEN `subject` = 'ind-440100-electronics-output' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 2`,
  SUM(CASE WHEN `subject` = 'ind-440100-electronics-output' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 2`,
  SUM(CASE WHEN `subject` = 'ind-440100-identifier-registrations' THEN CAST(SPLIT_INDEX(`terms`, ',', 0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 3`,
  SUM(CASE WHEN `subject` = 'ind-440100-identifier-registrations' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 3`,
  SUM(CASE WHEN `subject` = 'ind-440100-identifier-registrations' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 3`,
  SUM(CASE WHEN `subject` = 'ind-440100-open-datasets' THEN CAST(SPLIT_INDEX(`terms`, ',', 0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 4`,
  SUM(CASE WHEN `subject` = 'ind-440100-open-datasets' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 4`,
  SUM(CASE WHEN `subject` = 'ind-440100-open-datasets' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 4`,
  SUM(CASE WHEN `subject` = 'ind-440100-secondary-nodes' THEN CAST(SPLIT_INDEX(`terms`, ',', 0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 5`,
  SUM(CASE WHEN `subject` = 'ind-440100-secondary-nodes' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 5`,
  SUM(CASE WHEN `subject` = 'ind-440100-secondary-nodes' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 5`,
  SUM(CASE WHEN `subject` = 'ind-440100-smes-on-cloud' THEN CAST(SPLIT_INDEX(`terms`, ',', 0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 6`,
  SUM(CASE WHEN `subject` = 'ind-440100-smes-on-cloud' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 6`,
  SUM(CASE WHEN `subject` = 'ind-440100-smes-on-cloud' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 6`,
  SUM(CASE WHEN `subject` = 'ind-440100-software-revenue' THEN CAST(SPLIT_INDEX(`terms`, ',', 0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 7`,
  SUM(CASE WHEN `subject` = 'ind-440100-software-revenue' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 7`,
  SUM(CASE WHEN `subject` = 'ind-440100-software-revenue' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 7`,
  SUM(CASE WHEN `subject` = 'ind-440100-transformation-platforms' THEN CAST(SPLIT_INDEX(`terms`, ',', 0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 8`,
  SUM(CASE WHEN `subject` = 'ind-440100-transformation-platforms' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 8`,
  SUM(CASE WHEN `subject` = 'ind-440100-transformation-platforms' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 8`
FROM `indicator-report newest 1`
GROUP BY `window_start`, `window_end`;

CREATE TABLE `parking` (
  `type` STRING, `source` STRING, `id` STRING, `subject` STRING, `district` STRING,
  `seq` BIGINT, `time` TIMESTAMP_LTZ(3),
  `data` ROW<`occupied` DOUBLE, `capacity` DOUBLE>,
  `partition` INT METADATA VIRTUAL, `read at` AS PROCTIME(),
  WATERMARK FOR `time` AS CASE WHEN `type` = 'city.tick.v1' AND `source` = '/huacheng/r-9fab891eb2af/producers' THEN `time` - INTERVAL '0.001' SECOND(2, 3) END
) WITH (
  'connector' = 'kafka',
  'topic' = 'city.parking',
  'properties.bootstrap.servers' = '127.0.0.1:9092',
  'properties.group.id' = 'city.flink',
  'scan.startup.mode' = 'earliest-offset',
  'scan.watermark.emit.strategy' = 'on-event',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601',
  'json.ignore-parse-errors' = 'true',
  'json.decode.json-parser.enabled' = 'false'
);
CREATE TEMPORARY VIEW `parking guarded` AS
SELECT *, MAX(CASE WHEN `type` = 'city.tick.v1' AND `source` = '/huacheng/r-9fab891eb2af/producers' THEN TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(1750235400000, 3), `time`) / 60 END)
  OVER (PARTITION BY `partition` ORDER BY `read at` ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS `closed`
FROM `parking`;
CREATE TEMPORARY VIEW `parking on time` AS
SELECT `type`, CASE WHEN `type` = 'city.tick.v1' THEN `scope` ELSE `id` END AS `id`,
  CASE WHEN `type` = 'city.tick.v1' THEN '' ELSE `subject` END AS `subject`,
  `scope` AS `district`, `seq`, `time`, `data`
FROM (
  SELECT *, CASE WHEN `type` = 'city.tick.v1' THEN ARRAY['440103', '440104', '440105', '440106', '440111', '440112', '440113', '440114', '440115', '440117', '440118'] ELSE ARRAY[`district`] END AS `scopes`
  FROM `parking guarded`
  WHERE (`type` IN ('city.parking.entry.v1', 'city.parking.exit.v1', 'city.parking.status.v1') AND `source` = '/huacheng/r-9fab891eb2af/parking'
    AND (`closed` IS NULL OR `time` < TO_TIMESTAMP_LTZ(1750235400000, 3) OR TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(1750235400000, 3), `time`) / 60 >= `closed`))
  OR (`type` = 'city.tick.v1' AND `source` = '/huacheng/r-9fab891eb2af/producers' AND `partition` = 0 AND MOD(TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(1750235400000, 3), `time`), 60) = 0)
) CROSS JOIN UNNEST(`scopes`) AS s(`scope`);
CREATE TEMPORARY VIEW `parking newest 1` AS
SELECT `window_start`, `window_end`, `district`, `subject`,
  SUBSTRING(MAX(DATE_FORMAT(`time`, 'yyyyMMddHHmmssSSS') || LPAD(CAST(`seq` AS STRING), 12, '0') || CASE WHEN `subject` <> '' THEN CAST(CASE WHEN CAST(FLOOR(`data`.`capacity` + 0.5E0) AS BIGINT) <> 0 THEN CAST(FLOOR(`data`.`occupied` + 0.5E0) AS BIGINT) ELSE 0 END AS STRING) || ',' || CAST(CAST(FLOOR(`data`.`capacity` + 0.5E0) AS BIGINT) AS STRING) || ',' || CAST(CASE WHEN CAST(FLOOR(`data`.`capacity` + 0.5E0) AS BIGINT) <> 0 THEN 1 ELSE 0 END AS STRING) || ',' || CAST(CAST(FLOOR((`data`.`capacity` - `data`.`occupied`) + 0.5E0) AS BIGINT) AS STRING) ELSE '0,0,0,0' END) FROM 30) AS `terms`
FROM TABLE(HOP(TABLE `parking on time`, DESCRIPTOR(`time`), INTERVAL '60' SECOND(2), INTERVAL '900' SECOND(3)))
WHERE `type` IN ('city.parking.entry.v1', 'city.parking.exit.v1', 'city.parking.status.v1', 'city.tick.v1')
GROUP BY `window_start`, `window_end`, `district`, `subject`;
CREATE TEMPORARY VIEW `parking latest 1` AS
SELECT `window_start`, `window_end`, `district`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 0`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 0`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 0`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 1`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 1) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 1`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 2) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 1`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 3) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 2`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 2`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 2`
FROM `parking newest 1`
GROUP BY GROUPING SETS ((`window_start`, `window_end`, `district`), (`window_start`, `window_end`));

CREATE TABLE `system-access` (
  `type` STRING, `source` STRING, `id` STRING, `subject` STRING, `district` STRING,
  `seq` BIGINT, `time` TIMESTAMP_LTZ(3),
  `data` ROW<`connected` DOUBLE, `served` DOUBLE, `calls` DOUBLE>,
  `partition` INT METADATA VIRTUAL, `read at` AS PROCTIME(),
  WATERMARK FOR `time` AS CASE WHEN `type` = 'city.tick.v1' AND `source` = '/huacheng/r-9fab891eb2af/producers' THEN `time` - INTERVAL '0.001' SECOND(2, 3) END
) WITH (
  'connector' = 'kafka',
  'topic' = 'city.system-access',
  'properties.bootstrap.servers' = '127.0.0.1:9092',
  'properties.group.id' = 'city.flink',
  'scan.startup.mode' = 'earliest-offset',
  'scan.watermark.emit.strategy' = 'on-event',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601',
  'json.ignore-parse-errors' = 'true',
  'json.decode.json-parser.enabled' = 'false'
);
CREATE TEMPORARY VIEW `system-access guarded` AS
SELECT *, MAX(CASE WHEN `type` = 'city.tick.v1' AND `source` = '/huacheng/r-9fab891eb2af/producers' THEN TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(1750235400000, 3), `time`) / 60 END)
  OVER (PARTITION BY `partition` ORDER BY `read at` ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS `closed`
FROM `system-access`;
CREATE TEMPORARY VIEW `system-access on time` AS
SELECT `type`, CASE WHEN `type` = 'city.tick.v1' THEN `scope` ELSE `id` END AS `id`,
  CASE WHEN `type` = 'city.tick.v1' THEN '' ELSE `subject` END AS `subject`,
  `scope` AS `district`, `seq`, `time`, `data`
FROM (
  SELECT *, CASE WHEN `type` = 'city.tick.v1' THEN ARRAY['440100'] ELSE ARRAY[`district`] END AS `scopes`
  FROM `system-access guarded`
  WHERE (`type` IN ('city.system-access.heartbeat.v1') AND `source` = '/huacheng/r-9fab891eb2af/system-access'
    AND (`closed` IS NULL OR `time` < TO_TIMESTAMP_LTZ(1750235400000, 3) OR TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(1750235400000, 3), `time`) / 60 >= `closed`))
  OR (`type` = 'city.tick.v1' AND `source` = '/huacheng/r-9fab891eb2af/producers' AND `partition` = 0 AND MOD(TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(1750235400000, 3), `time`), 60) = 0)
) CROSS JOIN UNNEST(`scopes`) AS s(`scope`);
CREATE TEMPORARY VIEW `system-access counted` AS
SELECT `window_start`, `window_end`, CAST(NULL AS STRING) AS `district`,
  SUM(CASE WHEN `type` IN ('city.system-access.heartbeat.v1') THEN CAST(CASE WHEN CAST(FLOOR(`data`.`calls` + 0.5E0) AS BIGINT) <> 0 THEN CAST(FLOOR(`data`.`served` + 0.5E0) AS BIGINT) ELSE 0 END AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 1`,
  SUM(CASE WHEN `type` IN ('city.system-access.heartbeat.v1') THEN CAST(FLOOR(`data`.`calls` + 0.5E0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 1`,
  SUM(CASE WHEN `type` IN ('city.system-access.heartbeat.v1') THEN CAST(CASE WHEN CAST(FLOOR(`data`.`calls` + 0.5E0) AS BIGINT) <> 0 THEN 1 ELSE 0 END AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 1`
FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY `window_start`, `window_end`, `id` ORDER BY `time`) AS `copy`
  FROM TABLE(TUMBLE(TABLE `system-access on time`, DESCRIPTOR(`time`), INTERVAL '60' SECOND(2))) WHERE `time` >= TO_TIMESTAMP_LTZ(1750235400000, 3))
WHERE `copy` = 1
GROUP BY `window_start`, `window_end`;
CREATE TEMPORARY VIEW `system-access newest 1` AS
SELECT `window_start`, `window_end`, `district`, `subject`,
  SUBSTRING(MAX(DATE_FORMAT(`time`, 'yyyyMMddHHmmssSSS') || LPAD(CAST(`seq` AS STRING), 12, '0') || CASE WHEN `subject` <> '' THEN CAST(CASE WHEN (`data`.`connected` > CAST(0 AS DOUBLE)) THEN 1 ELSE 0 END AS STRING) ELSE '0' END) FROM 30) AS `terms`
FROM TABLE(HOP(TABLE `system-access on time`, DESCRIPTOR(`time`), INTERVAL '60' SECOND(2), INTERVAL '900' SECOND(3)))
WHERE `type` IN ('city.system-access.heartbeat.v1', 'city.tick.v1')
GROUP BY `window_start`, `window_end`, `district`, `subject`;
CREATE TEMPORARY VIEW `system-access latest 1` AS
SELECT `window_start`, `window_end`, CAST(NULL AS STRING) AS `district`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 0`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 0`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 0`
FROM `system-access newest 1`
GROUP BY `window_start`, `window_end`;

CREATE TABLE `traffic-signal` (
  `type` STRING, `source` STRING, `id` STRING, `subject` STRING, `district` STRING,
  `seq` BIGINT, `time` TIMESTAMP_LTZ(3),
  `data` ROW<`mode` STRING, `volume` DOUBLE, `delayS` DOUBLE>,
  `partition` INT METADATA VIRTUAL, `read at` AS PROCTIME(),
  WATERMARK FOR `time` AS CASE WHEN `type` = 'city.tick.v1' AND `source` = '/huacheng/r-9fab891eb2af/producers' THEN `time` - INTERVAL '0.001' SECOND(2, 3) END
) WITH (
  'connector' = 'kafka',
  'topic' = 'city.traffic-signal',
  'properties.bootstrap.servers' = '127.0.0.1:9092',
  'properties.group.id' = 'city.flink',
  'scan.startup.mode' = 'earliest-offset',
  'scan.watermark.emit.strategy' = 'on-event',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601',
  'json.ignore-parse-errors' = 'true',
  'json.decode.json-parser.enabled' = 'false'
);
CREATE TEMPORARY VIEW `traffic-signal guarded` AS
SELECT *, MAX(CASE WHEN `type` = 'city.tick.v1' AND `source` = '/huacheng/r-9fab891eb2af/producers' THEN TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(1750235400000, 3), `time`) / 60 END)
  OVER (PARTITION BY `partition` ORDER BY `read at` ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS `closed`
FROM `traffic-signal`;
CREATE TEMPORARY VIEW `traffic-signal on time` AS
SELECT `type`, CASE WHEN `type` = 'city.tick.v1' THEN `scope` ELSE `id` END AS `id`,
  CASE WHEN `type` = 'city.tick.v1' THEN '' ELSE `subject` END AS `subject`,
  `scope` AS `district`, `seq`, `time`, `data`
FROM (
  SELECT *, CASE WHEN `type` = 'city.tick.v1' THEN ARRAY['440103', '440104', '440105', '440106', '440111', '440112', '440113', '440114', '440115', '440117', '440118'] ELSE ARRAY[`district`] END AS `scopes`
  FROM `traffic-signal guarded`
  WHERE (`type` IN ('city.traffic-signal.cycle.v1') AND `source` = '/huacheng/r-9fab891eb2af/traffic-signal'
    AND (`closed` IS NULL OR `time` < TO_TIMESTAMP_LTZ(1750235400000, 3) OR TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(1750235400000, 3), `time`) / 60 >= `closed`))
  OR (`type` = 'city.tick.v1' AND `source` = '/huacheng/r-9fab891eb2af/producers' AND `partition` = 0 AND MOD(TIMESTAMPDIFF(SECOND, TO_TIMESTAMP_LTZ(1750235400000, 3), `time`), 60) = 0)
) CROSS JOIN UNNEST(`scopes`) AS s(`scope`);
CREATE TEMPORARY VIEW `traffic-signal counted` AS
SELECT `window_start`, `window_end`, `district`,
  SUM(CASE WHEN `type` IN ('city.traffic-signal.cycle.v1') THEN CAST(CASE WHEN CASE WHEN (`data`.`mode` <> 'closed') THEN 1 ELSE 0 END <> 0 THEN CASE WHEN (`data`.`mode` = 'adaptive') THEN 1 ELSE 0 END ELSE 0 END AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 1`,
  SUM(CASE WHEN `type` IN ('city.traffic-signal.cycle.v1') THEN CAST(CASE WHEN (`data`.`mode` <> 'closed') THEN 1 ELSE 0 END AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 1`,
  SUM(CASE WHEN `type` IN ('city.traffic-signal.cycle.v1') THEN CAST(CASE WHEN CASE WHEN (`data`.`mode` <> 'closed') THEN 1 ELSE 0 END <> 0 THEN 1 ELSE 0 END AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 1`,
  SUM(CASE WHEN `type` IN ('city.traffic-signal.cycle.v1') THEN CAST(CASE WHEN CAST(FLOOR(`data`.`volume` * 10 + 0.5E0) AS BIGINT) <> 0 THEN CAST(FLOOR((`data`.`volume` * `data`.`delayS`) * 10 + 0.5E0) AS BIGINT) ELSE 0 END AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 2`,
  SUM(CASE WHEN `type` IN ('city.traffic-signal.cycle.v1') THEN CAST(FLOOR(`data`.`volume` * 10 + 0.5E0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 2`,
  SUM(CASE WHEN `type` IN ('city.traffic-signal.cycle.v1') THEN CAST(CASE WHEN CAST(FLOOR(`data`.`volume` * 10 + 0.5E0) AS BIGINT) <> 0 THEN 1 ELSE 0 END AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 2`
FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY `window_start`, `window_end`, `id` ORDER BY `time`) AS `copy`
  FROM TABLE(TUMBLE(TABLE `traffic-signal on time`, DESCRIPTOR(`time`), INTERVAL '60' SECOND(2))) WHERE `time` >= TO_TIMESTAMP_LTZ(1750235400000, 3))
WHERE `copy` = 1
GROUP BY GROUPING SETS ((`window_start`, `window_end`, `district`), (`window_start`, `window_end`));
CREATE TEMPORARY VIEW `traffic-signal newest 1` AS
SELECT `window_start`, `window_end`, `district`, `subject`,
  SUBSTRING(MAX(DATE_FORMAT(`time`, 'yyyyMMddHHmmssSSS') || LPAD(CAST(`seq` AS STRING), 12, '0') || CASE WHEN `subject` <> '' THEN CAST(CASE WHEN (`data`.`mode` <> 'offline') THEN 1 ELSE 0 END AS STRING) ELSE '0' END) FROM 30) AS `terms`
FROM TABLE(HOP(TABLE `traffic-signal on time`, DESCRIPTOR(`time`), INTERVAL '60' SECOND(2), INTERVAL '600' SECOND(3)))
WHERE `type` IN ('city.traffic-signal.cycle.v1', 'city.tick.v1')
GROUP BY `window_start`, `window_end`, `district`, `subject`;
CREATE TEMPORARY VIEW `traffic-signal latest 1` AS
SELECT `window_start`, `window_end`, `district`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `numerator 0`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `denominator 0`,
  SUM(CASE WHEN `subject` <> '' THEN CAST(SPLIT_INDEX(`terms`, ',', 0) AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS `entered 0`
FROM `traffic-signal newest 1`
GROUP BY GROUPING SETS ((`window_start`, `window_end`, `district`), (`window_start`, `window_end`));

EXECUTE STATEMENT SET BEGIN
INSERT INTO `readings`
SELECT 'r-9fab891eb2af', `kpi`, `scope`, DATE_FORMAT(`window_start`, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''), DATE_FORMAT(`window_end`, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  CAST(SIGN(`top`) * SIGN(`bottom`) * (((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)) - MOD((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)), NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0))) / NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0)) / CAST(1000000 AS DECIMAL(7, 0)) AS DECIMAL(29, 6)), `numerator`, `denominator`, `n`
FROM (SELECT *, COALESCE(`district`, '440100') AS `scope` FROM `casework counted`
  WHERE `district` IS NULL OR `district` <> '440100')
CROSS JOIN UNNEST(ARRAY[
  ROW(CAST('casework.on-time' AS STRING), CAST(CAST(`numerator 3` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(CAST(`denominator 3` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), `entered 3`, CAST(CAST(`numerator 3` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(`denominator 3` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0))),
  ROW(CAST('casework.urgent-in-time' AS STRING), CAST(CAST(`numerator 4` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(CAST(`denominator 4` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), `entered 4`, CAST(CAST(`numerator 4` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(`denominator 4` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0))),
  ROW(CAST('casework.registered' AS STRING), CAST(CAST(`numerator 5` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(NULL AS DECIMAL(29, 9)), `entered 5`, CAST(CAST(`numerator 5` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)))
]) AS m(`kpi`, `numerator`, `denominator`, `n`, `top`, `bottom`)
WHERE `window_end` > TIMESTAMP '2025-06-18 08:30:00.000' AND `window_end` <= TIMESTAMP '2025-06-19 08:30:00.000';
INSERT INTO `readings`
SELECT 'r-9fab891eb2af', `kpi`, `scope`, DATE_FORMAT(`window_end` - INTERVAL '60' SECOND(2), 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''), DATE_FORMAT(`window_end`, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  CAST(SIGN(`top`) * SIGN(`bottom`) * (((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)) - MOD((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)), NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0))) / NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0)) / CAST(1000000 AS DECIMAL(7, 0)) AS DECIMAL(29, 6)), `numerator`, `denominator`, `n`
FROM (SELECT *, COALESCE(`district`, '440100') AS `scope` FROM `casework latest 1`
  WHERE `district` IS NULL OR `district` <> '440100')
CROSS JOIN UNNEST(ARRAY[
  ROW(CAST('casework.coverage' AS STRING), CAST(CAST(`numerator 0` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(CASE `scope` WHEN '440100' THEN 188 WHEN '440103' THEN 11 WHEN '440104' THEN 10 WHEN '440105' THEN 18 WHEN '440106' THEN 22 WHEN '440111' THEN 37 WHEN '440112' THEN 12 WHEN '440113' THEN 28 WHEN '440114' THEN 17 WHEN '440115' THEN 10 WHEN '440117' THEN 7 WHEN '440118' THEN 16 END AS DECIMAL(29, 9)), `entered 0`, CAST(CAST(`numerator 0` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(CASE `scope` WHEN '440100' THEN 188 WHEN '440103' THEN 11 WHEN '440104' THEN 10 WHEN '440105' THEN 18 WHEN '440106' THEN 22 WHEN '440111' THEN 37 WHEN '440112' THEN 12 WHEN '440113' THEN 28 WHEN '440114' THEN 17 WHEN '440115' THEN 10 WHEN '440117' THEN 7 WHEN '440118' THEN 16 END AS DECIMAL(18, 0)) AS DECIMAL(30, 0))),
  ROW(CAST('casework.open' AS STRING), CAST(CAST(`numerator 1` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(NULL AS DECIMAL(29, 9)), `entered 1`, CAST(CAST(`numerator 1` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0))),
  ROW(CAST('casework.overdue' AS STRING), CAST(CAST(`numerator 2` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(NULL AS DECIMAL(29, 9)), `entered 2`, CAST(CAST(`numerator 2` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)))
]) AS m(`kpi`, `numerator`, `denominator`, `n`, `top`, `bottom`)
WHERE `window_end` > TIMESTAMP '2025-06-18 08:30:00.000' AND `window_end` <= TIMESTAMP '2025-06-19 08:30:00.000';
INSERT INTO `readings`
SELECT 'r-9fab891eb2af', `kpi`, `scope`, DATE_FORMAT(`window_start`, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''), DATE_FORMAT(`window_end`, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  CAST(SIGN(`top`) * SIGN(`bottom`) * (((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)) - MOD((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)), NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0))) / NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0)) / CAST(1000000 AS DECIMAL(7, 0)) AS DECIMAL(29, 6)), `numerator`, `denominator`, `n`
FROM (SELECT *, COALESCE(`district`, '440100') AS `scope` FROM `e-license counted`
  WHERE `district` IS NULL OR `district` <> '440100')
CROSS JOIN UNNEST(ARRAY[
  ROW(CAST('e-license.usage' AS STRING), CAST(CAST(`numerator 0` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(CAST(`denominator 0` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), `entered 0`, CAST(CAST(`numerator 0` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(`denominator 0` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0))),
  ROW(CAST('e-license.volume' AS STRING), CAST(CAST(`numerator 1` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(NULL AS DECIMAL(29, 9)), `entered 1`, CAST(CAST(`numerator 1` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)))
]) AS m(`kpi`, `numerator`, `denominator`, `n`, `top`, `bottom`)
WHERE `window_end` > TIMESTAMP '2025-06-18 08:30:00.000' AND `window_end` <= TIMESTAMP '2025-06-19 08:30:00.000';
INSERT INTO `readings`
SELECT 'r-9fab891eb2af', `kpi`, `scope`, DATE_FORMAT(`window_end` - INTERVAL '60' SECOND(2), 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''), DATE_FORMAT(`window_end`, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  CAST(SIGN(`top`) * SIGN(`bottom`) * (((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)) - MOD((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)), NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0))) / NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0)) / CAST(1000000 AS DECIMAL(7, 0)) AS DECIMAL(29, 6)), `numerator`, `denominator`, `n`
FROM (SELECT *, COALESCE(`district`, '440100') AS `scope` FROM `e-license latest 1`
  WHERE `district` IS NULL OR `district` <> '440100')
CROSS JOIN UNNEST(ARRAY[
  ROW(CAST('e-license.coverage' AS STRING), CAST(CAST(`numerator 2` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(CASE `scope` WHEN '440100' THEN 2000 WHEN '440103' THEN 120 WHEN '440104' THEN 102 WHEN '440105' THEN 188 WHEN '440106' THEN 238 WHEN '440111' THEN 389 WHEN '440112' THEN 130 WHEN '440113' THEN 300 WHEN '440114' THEN 184 WHEN '440115' THEN 103 WHEN '440117' THEN 78 WHEN '440118' THEN 168 END AS DECIMAL(29, 9)), `entered 2`, CAST(CAST(`numerator 2` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(CASE `scope` WHEN '440100' THEN 2000 WHEN '440103' THEN 120 WHEN '440104' THEN 102 WHEN '440105' THEN 188 WHEN '440106' THEN 238 WHEN '440111' THEN 389 WHEN '440112' THEN 130 WHEN '440113' THEN 300 WHEN '440114' THEN 184 WHEN '440115' THEN 103 WHEN '440117' THEN 78 WHEN '440118' THEN 168 END AS DECIMAL(18, 0)) AS DECIMAL(30, 0)))
]) AS m(`kpi`, `numerator`, `denominator`, `n`, `top`, `bottom`)
WHERE `window_end` > TIMESTAMP '2025-06-18 08:30:00.000' AND `window_end` <= TIMESTAMP '2025-06-19 08:30:00.000';
INSERT INTO `readings`
SELECT 'r-9fab891eb2af', `kpi`, `scope`, DATE_FORMAT(`window_end` - INTERVAL '60' SECOND(2), 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''), DATE_FORMAT(`window_end`, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  CAST(SIGN(`top`) * SIGN(`bottom`) * (((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)) - MOD((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)), NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0))) / NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0)) / CAST(1000000 AS DECIMAL(7, 0)) AS DECIMAL(29, 6)), `numerator`, `denominator`, `n`
FROM (SELECT *, COALESCE(`district`, '440100') AS `scope` FROM `five-g-site latest 1`
  WHERE `district` IS NULL OR `district` <> '440100')
CROSS JOIN UNNEST(ARRAY[
  ROW(CAST('five-g-site.coverage' AS STRING), CAST(CAST(`numerator 0` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(CASE `scope` WHEN '440100' THEN 100000 WHEN '440103' THEN 6018 WHEN '440104' THEN 5099 WHEN '440105' THEN 9393 WHEN '440106' THEN 11887 WHEN '440111' THEN 19476 WHEN '440112' THEN 6491 WHEN '440113' THEN 14994 WHEN '440114' THEN 9182 WHEN '440115' THEN 5141 WHEN '440117' THEN 3891 WHEN '440118' THEN 8428 END AS DECIMAL(29, 9)), `entered 0`, CAST(CAST(`numerator 0` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(CASE `scope` WHEN '440100' THEN 100000 WHEN '440103' THEN 6018 WHEN '440104' THEN 5099 WHEN '440105' THEN 9393 WHEN '440106' THEN 11887 WHEN '440111' THEN 19476 WHEN '440112' THEN 6491 WHEN '440113' THEN 14994 WHEN '440114' THEN 9182 WHEN '440115' THEN 5141 WHEN '440117' THEN 3891 WHEN '440118' THEN 8428 END AS DECIMAL(18, 0)) AS DECIMAL(30, 0))),
  ROW(CAST('five-g-site.coverage-outdoor' AS STRING), CAST(CAST(`numerator 1` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(CASE `scope` WHEN '440100' THEN 38900 WHEN '440103' THEN 2341 WHEN '440104' THEN 1983 WHEN '440105' THEN 3654 WHEN '440106' THEN 4624 WHEN '440111' THEN 7576 WHEN '440112' THEN 2525 WHEN '440113' THEN 5833 WHEN '440114' THEN 3572 WHEN '440115' THEN 2000 WHEN '440117' THEN 1514 WHEN '440118' THEN 3278 END AS DECIMAL(29, 9)), `entered 1`, CAST(CAST(`numerator 1` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(CASE `scope` WHEN '440100' THEN 38900 WHEN '440103' THEN 2341 WHEN '440104' THEN 1983 WHEN '440105' THEN 3654 WHEN '440106' THEN 4624 WHEN '440111' THEN 7576 WHEN '440112' THEN 2525 WHEN '440113' THEN 5833 WHEN '440114' THEN 3572 WHEN '440115' THEN 2000 WHEN '440117' THEN 1514 WHEN '440118' THEN 3278 END AS DECIMAL(18, 0)) AS DECIMAL(30, 0)))
]) AS m(`kpi`, `numerator`, `denominator`, `n`, `top`, `bottom`)
WHERE `window_end` > TIMESTAMP '2025-06-18 08:30:00.000' AND `window_end` <= TIMESTAMP '2025-06-19 08:30:00.000';
INSERT INTO `readings`
SELECT 'r-9fab891eb2af', `kpi`, `scope`, DATE_FORMAT(`window_end` - INTERVAL '60' SECOND(2), 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''), DATE_FORMAT(`window_end`, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  CAST(SIGN(`top`) * SIGN(`bottom`) * (((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)) - MOD((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)), NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0))) / NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0)) / CAST(1000000 AS DECIMAL(7, 0)) AS DECIMAL(29, 6)), `numerator`, `denominator`, `n`
FROM (SELECT *, COALESCE(`district`, '440100') AS `scope` FROM `five-g-site latest 2`
  WHERE `district` IS NULL OR `district` <> '440100')
CROSS JOIN UNNEST(ARRAY[
  ROW(CAST('five-g-site.availability' AS STRING), CAST(CAST(`numerator 2` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(CAST(`denominator 2` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), `entered 2`, CAST(CAST(`numerator 2` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(`denominator 2` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0))),
  ROW(CAST('five-g-site.usage' AS STRING), CAST(CAST(`numerator 3` AS DECIMAL(20, 0)) / CAST(1000 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(CAST(`denominator 3` AS DECIMAL(20, 0)) / CAST(1000 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), `entered 3`, CAST(CAST(`numerator 3` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(`denominator 3` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)))
]) AS m(`kpi`, `numerator`, `denominator`, `n`, `top`, `bottom`)
WHERE `window_end` > TIMESTAMP '2025-06-18 08:30:00.000' AND `window_end` <= TIMESTAMP '2025-06-19 08:30:00.000';
INSERT INTO `readings`
SELECT 'r-9fab891eb2af', `kpi`, `scope`, DATE_FORMAT(`window_start`, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''), DATE_FORMAT(`window_end`, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  CAST(SIGN(`top`) * SIGN(`bottom`) * (((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)) - MOD((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)), NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0))) / NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0)) / CAST(1000000 AS DECIMAL(7, 0)) AS DECIMAL(29, 6)), `numerator`, `denominator`, `n`
FROM (SELECT *, COALESCE(`district`, '440100') AS `scope` FROM `health-sentinel counted`
  WHERE `district` IS NULL OR `district` <> '440100')
CROSS JOIN UNNEST(ARRAY[
  ROW(CAST('health-sentinel.visits' AS STRING), CAST(CAST(`numerator 1` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(NULL AS DECIMAL(29, 9)), `entered 1`, CAST(CAST(`numerator 1` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0))),
  ROW(CAST('health-sentinel.fever-visits' AS STRING), CAST(CAST(`numerator 2` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(NULL AS DECIMAL(29, 9)), `entered 2`, CAST(CAST(`numerator 2` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)))
]) AS m(`kpi`, `numerator`, `denominator`, `n`, `top`, `bottom`)
WHERE `window_end` > TIMESTAMP '2025-06-18 08:30:00.000' AND `window_end` <= TIMESTAMP '2025-06-19 08:30:00.000';
INSERT INTO `readings`
SELECT 'r-9fab891eb2af', `kpi`, `scope`, DATE_FORMAT(`window_end` - INTERVAL '60' SECOND(2), 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''), DATE_FORMAT(`window_end`, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  CAST(SIGN(`top`) * SIGN(`bottom`) * (((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)) - MOD((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)), NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0))) / NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0)) / CAST(1000000 AS DECIMAL(7, 0)) AS DECIMAL(29, 6)), `numerator`, `denominator`, `n`
FROM (SELECT *, COALESCE(`district`, '440100') AS `scope` FROM `health-sentinel latest 1`
  WHERE `district` IS NULL OR `district` <> '440100')
CROSS JOIN UNNEST(ARRAY[
  ROW(CAST('health-sentinel.coverage' AS STRING), CAST(CAST(`numerator 0` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(CASE `scope` WHEN '440100' THEN 230 WHEN '440103' THEN 29 WHEN '440104' THEN 24 WHEN '440105' THEN 24 WHEN '440106' THEN 27 WHEN '440111' THEN 31 WHEN '440112' THEN 22 WHEN '440113' THEN 21 WHEN '440114' THEN 13 WHEN '440115' THEN 12 WHEN '440117' THEN 10 WHEN '440118' THEN 17 END AS DECIMAL(29, 9)), `entered 0`, CAST(CAST(`numerator 0` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(CASE `scope` WHEN '440100' THEN 230 WHEN '440103' THEN 29 WHEN '440104' THEN 24 WHEN '440105' THEN 24 WHEN '440106' THEN 27 WHEN '440111' THEN 31 WHEN '440112' THEN 22 WHEN '440113' THEN 21 WHEN '440114' THEN 13 WHEN '440115' THEN 12 WHEN '440117' THEN 10 WHEN '440118' THEN 17 END AS DECIMAL(18, 0)) AS DECIMAL(30, 0))),
  ROW(CAST('health-sentinel.fever-share' AS STRING), CAST(CAST(`numerator 3` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(CAST(`denominator 3` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), `entered 3`, CAST(CAST(`numerator 3` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(`denominator 3` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0))),
  ROW(CAST('health-sentinel.assessing' AS STRING), CAST(CAST(`numerator 4` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(NULL AS DECIMAL(29, 9)), `entered 4`, CAST(CAST(`numerator 4` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0))),
  ROW(CAST('health-sentinel.deployed' AS STRING), CAST(CAST(`numerator 5` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(NULL AS DECIMAL(29, 9)), `entered 5`, CAST(CAST(`numerator 5` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)))
]) AS m(`kpi`, `numerator`, `denominator`, `n`, `top`, `bottom`)
WHERE `window_end` > TIMESTAMP '2025-06-18 08:30:00.000' AND `window_end` <= TIMESTAMP '2025-06-19 08:30:00.000';
INSERT INTO `readings`
SELECT 'r-9fab891eb2af', `kpi`, `scope`, DATE_FORMAT(`window_start`, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''), DATE_FORMAT(`window_end`, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  CAST(SIGN(`top`) * SIGN(`bottom`) * (((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)) - MOD((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)), NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0))) / NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0)) / CAST(1000000 AS DECIMAL(7, 0)) AS DECIMAL(29, 6)), `numerator`, `denominator`, `n`
FROM (SELECT *, COALESCE(`district`, '440100') AS `scope` FROM `hotline counted`
  WHERE `district` IS NULL OR `district` <> '440100')
CROSS JOIN UNNEST(ARRAY[
  ROW(CAST('hotline.received' AS STRING), CAST(CAST(`numerator 1` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(NULL AS DECIMAL(29, 9)), `entered 1`, CAST(CAST(`numerator 1` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0))),
  ROW(CAST('hotline.online' AS STRING), CAST(CAST(`numerator 2` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(CAST(`denominator 2` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), `entered 2`, CAST(CAST(`numerator 2` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(`denominator 2` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0))),
  ROW(CAST('hotline.answered' AS STRING), CAST(CAST(`numerator 3` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(CAST(`denominator 3` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), `entered 3`, CAST(CAST(`numerator 3` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(`denominator 3` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0))),
  ROW(CAST('hotline.urgent-in-time' AS STRING), CAST(CAST(`numerator 4` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(CAST(`denominator 4` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), `entered 4`, CAST(CAST(`numerator 4` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(`denominator 4` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0))),
  ROW(CAST('hotline.closed-in-time' AS STRING), CAST(CAST(`numerator 5` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(CAST(`denominator 5` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), `entered 5`, CAST(CAST(`numerator 5` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(`denominator 5` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)))
]) AS m(`kpi`, `numerator`, `denominator`, `n`, `top`, `bottom`)
WHERE `window_end` > TIMESTAMP '2025-06-18 08:30:00.000' AND `window_end` <= TIMESTAMP '2025-06-19 08:30:00.000';
INSERT INTO `readings`
SELECT 'r-9fab891eb2af', `kpi`, `scope`, DATE_FORMAT(`window_end` - INTERVAL '60' SECOND(2), 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''), DATE_FORMAT(`window_end`, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  CAST(SIGN(`top`) * SIGN(`bottom`) * (((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)) - MOD((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)), NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0))) / NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0)) / CAST(1000000 AS DECIMAL(7, 0)) AS DECIMAL(29, 6)), `numerator`, `denominator`, `n`
FROM (SELECT *, COALESCE(`district`, '440100') AS `scope` FROM `hotline latest 1`
  WHERE `district` IS NULL OR `district` <> '440100')
CROSS JOIN UNNEST(ARRAY[
  ROW(CAST('hotline.coverage' AS STRING), CAST(CAST(`numerator 0` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(CASE `scope` WHEN '440100' THEN 188 WHEN '440103' THEN 23 WHEN '440104' THEN 19 WHEN '440105' THEN 19 WHEN '440106' THEN 22 WHEN '440111' THEN 26 WHEN '440112' THEN 18 WHEN '440113' THEN 17 WHEN '440114' THEN 11 WHEN '440115' THEN 10 WHEN '440117' THEN 9 WHEN '440118' THEN 14 END AS DECIMAL(29, 9)), `entered 0`, CAST(CAST(`numerator 0` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(CASE `scope` WHEN '440100' THEN 188 WHEN '440103' THEN 23 WHEN '440104' THEN 19 WHEN '440105' THEN 19 WHEN '440106' THEN 22 WHEN '440111' THEN 26 WHEN '440112' THEN 18 WHEN '440113' THEN 17 WHEN '440114' THEN 11 WHEN '440115' THEN 10 WHEN '440117' THEN 9 WHEN '440118' THEN 14 END AS DECIMAL(18, 0)) AS DECIMAL(30, 0))),
  ROW(CAST('hotline.waiting' AS STRING), CAST(CAST(`numerator 6` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(NULL AS DECIMAL(29, 9)), `entered 6`, CAST(CAST(`numerator 6` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)))
]) AS m(`kpi`, `numerator`, `denominator`, `n`, `top`, `bottom`)
WHERE `window_end` > TIMESTAMP '2025-06-18 08:30:00.000' AND `window_end` <= TIMESTAMP '2025-06-19 08:30:00.000';
INSERT INTO `readings`
SELECT 'r-9fab891eb2af', `kpi`, `scope`, DATE_FORMAT(`window_end` - INTERVAL '60' SECOND(2), 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''), DATE_FORMAT(`window_end`, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  CAST(SIGN(`top`) * SIGN(`bottom`) * (((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)) - MOD((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)), NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0))) / NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0)) / CAST(1000000 AS DECIMAL(7, 0)) AS DECIMAL(29, 6)), `numerator`, `denominator`, `n`
FROM (SELECT *, COALESCE(`district`, '440100') AS `scope` FROM `hotline latest 2`
  WHERE `district` IS NULL OR `district` <> '440100')
CROSS JOIN UNNEST(ARRAY[
  ROW(CAST('hotline.overdue' AS STRING), CAST(CAST(`numerator 7` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(CAST(`denominator 7` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), `entered 7`, CAST(CAST(`numerator 7` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(`denominator 7` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)))
]) AS m(`kpi`, `numerator`, `denominator`, `n`, `top`, `bottom`)
WHERE `window_end` > TIMESTAMP '2025-06-18 08:30:00.000' AND `window_end` <= TIMESTAMP '2025-06-19 08:30:00.000';
INSERT INTO `readings`
SELECT 'r-9fab891eb2af', `kpi`, `scope`, DATE_FORMAT(`window_end` - INTERVAL '60' SECOND(2), 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''), DATE_FORMAT(`window_end`, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  CAST(SIGN(`top`) * SIGN(`bottom`) * (((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)) - MOD((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)), NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0))) / NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0)) / CAST(1000000 AS DECIMAL(7, 0)) AS DECIMAL(29, 6)), `numerator`, `denominator`, `n`
FROM (SELECT *, COALESCE(`district`, '440100') AS `scope` FROM `indicator-report latest 1`
  WHERE `district` IS NULL OR `district` <> '440100')
CROSS JOIN UNNEST(ARRAY[
  ROW(CAST('indicator-report.core-digital-share' AS STRING), CAST(CAST(`numerator 0` AS DECIMAL(20, 0)) / CAST(10000 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(NULL AS DECIMAL(29, 9)), `entered 0`, CAST(CAST(`numerator 0` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(10000 AS DECIMAL(18, 0)) AS DECIMAL(30, 0))),
  ROW(CAST('indicator-report.demonstration-enterprises' AS STRING), CAST(CAST(`numerator 1` AS DECIMAL(20, 0)) / CAST(10000 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(NULL AS DECIMAL(29, 9)), `entered 1`, CAST(CAST(`numerator 1` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(10000 AS DECIMAL(18, 0)) AS DECIMAL(30, 0))),
  ROW(CAST('indicator-report.electronics-output' AS STRING), CAST(CAST(`numerator 2` AS DECIMAL(20, 0)) / CAST(10000 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(NULL AS DECIMAL(29, 9)), `entered 2`, CAST(CAST(`numerator 2` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(10000 AS DECIMAL(18, 0)) AS DECIMAL(30, 0))),
  ROW(CAST('indicator-report.identifier-registrations' AS STRING), CAST(CAST(`numerator 3` AS DECIMAL(20, 0)) / CAST(10000 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(NULL AS DECIMAL(29, 9)), `entered 3`, CAST(CAST(`numerator 3` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(10000 AS DECIMAL(18, 0)) AS DECIMAL(30, 0))),
  ROW(CAST('indicator-report.open-datasets' AS STRING), CAST(CAST(`numerator 4` AS DECIMAL(20, 0)) / CAST(10000 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(NULL AS DECIMAL(29, 9)), `entered 4`, CAST(CAST(`numerator 4` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(10000 AS DECIMAL(18, 0)) AS DECIMAL(30, 0))),
  ROW(CAST('indicator-report.secondary-nodes' AS STRING), CAST(CAST(`numerator 5` AS DECIMAL(20, 0)) / CAST(10000 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(NULL AS DECIMAL(29, 9)), `entered 5`, CAST(CAST(`numerator 5` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(10000 AS DECIMAL(18, 0)) AS DECIMAL(30, 0))),
  ROW(CAST('indicator-report.smes-on-cloud' AS STRING), CAST(CAST(`numerator 6` AS DECIMAL(20, 0)) / CAST(10000 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(NULL AS DECIMAL(29, 9)), `entered 6`, CAST(CAST(`numerator 6` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(10000 AS DECIMAL(18, 0)) AS DECIMAL(30, 0))),
  ROW(CAST('indicator-report.software-revenue' AS STRING), CAST(CAST(`numerator 7` AS DECIMAL(20, 0)) / CAST(10000 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(NULL AS DECIMAL(29, 9)), `entered 7`, CAST(CAST(`numerator 7` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(10000 AS DECIMAL(18, 0)) AS DECIMAL(30, 0))),
  ROW(CAST('indicator-report.transformation-platforms' AS STRING), CAST(CAST(`numerator 8` AS DECIMAL(20, 0)) / CAST(10000 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(NULL AS DECIMAL(29, 9)), `entered 8`, CAST(CAST(`numerator 8` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(10000 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)))
]) AS m(`kpi`, `numerator`, `denominator`, `n`, `top`, `bottom`)
WHERE `window_end` > TIMESTAMP '2025-06-18 08:30:00.000' AND `window_end` <= TIMESTAMP '2025-06-19 08:30:00.000';
INSERT INTO `readings`
SELECT 'r-9fab891eb2af', `kpi`, `scope`, DATE_FORMAT(`window_end` - INTERVAL '60' SECOND(2), 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''), DATE_FORMAT(`window_end`, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  CAST(SIGN(`top`) * SIGN(`bottom`) * (((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)) - MOD((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)), NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0))) / NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0)) / CAST(1000000 AS DECIMAL(7, 0)) AS DECIMAL(29, 6)), `numerator`, `denominator`, `n`
FROM (SELECT *, COALESCE(`district`, '440100') AS `scope` FROM `parking latest 1`
  WHERE `district` IS NULL OR `district` <> '440100')
CROSS JOIN UNNEST(ARRAY[
  ROW(CAST('parking.coverage' AS STRING), CAST(CAST(`numerator 0` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(CASE `scope` WHEN '440100' THEN 3000 WHEN '440103' THEN 180 WHEN '440104' THEN 153 WHEN '440105' THEN 282 WHEN '440106' THEN 357 WHEN '440111' THEN 584 WHEN '440112' THEN 195 WHEN '440113' THEN 450 WHEN '440114' THEN 275 WHEN '440115' THEN 154 WHEN '440117' THEN 117 WHEN '440118' THEN 253 END AS DECIMAL(29, 9)), `entered 0`, CAST(CAST(`numerator 0` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(CASE `scope` WHEN '440100' THEN 3000 WHEN '440103' THEN 180 WHEN '440104' THEN 153 WHEN '440105' THEN 282 WHEN '440106' THEN 357 WHEN '440111' THEN 584 WHEN '440112' THEN 195 WHEN '440113' THEN 450 WHEN '440114' THEN 275 WHEN '440115' THEN 154 WHEN '440117' THEN 117 WHEN '440118' THEN 253 END AS DECIMAL(18, 0)) AS DECIMAL(30, 0))),
  ROW(CAST('parking.usage' AS STRING), CAST(CAST(`numerator 1` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(CAST(`denominator 1` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), `entered 1`, CAST(CAST(`numerator 1` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(`denominator 1` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0))),
  ROW(CAST('parking.free' AS STRING), CAST(CAST(`numerator 2` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(NULL AS DECIMAL(29, 9)), `entered 2`, CAST(CAST(`numerator 2` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)))
]) AS m(`kpi`, `numerator`, `denominator`, `n`, `top`, `bottom`)
WHERE `window_end` > TIMESTAMP '2025-06-18 08:30:00.000' AND `window_end` <= TIMESTAMP '2025-06-19 08:30:00.000';
INSERT INTO `readings`
SELECT 'r-9fab891eb2af', `kpi`, `scope`, DATE_FORMAT(`window_start`, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''), DATE_FORMAT(`window_end`, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  CAST(SIGN(`top`) * SIGN(`bottom`) * (((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)) - MOD((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)), NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0))) / NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0)) / CAST(1000000 AS DECIMAL(7, 0)) AS DECIMAL(29, 6)), `numerator`, `denominator`, `n`
FROM (SELECT *, COALESCE(`district`, '440100') AS `scope` FROM `system-access counted`
  WHERE `district` IS NULL OR `district` <> '440100')
CROSS JOIN UNNEST(ARRAY[
  ROW(CAST('system-access.usage' AS STRING), CAST(CAST(`numerator 1` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(CAST(`denominator 1` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), `entered 1`, CAST(CAST(`numerator 1` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(`denominator 1` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)))
]) AS m(`kpi`, `numerator`, `denominator`, `n`, `top`, `bottom`)
WHERE `window_end` > TIMESTAMP '2025-06-18 08:30:00.000' AND `window_end` <= TIMESTAMP '2025-06-19 08:30:00.000';
INSERT INTO `readings`
SELECT 'r-9fab891eb2af', `kpi`, `scope`, DATE_FORMAT(`window_end` - INTERVAL '60' SECOND(2), 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''), DATE_FORMAT(`window_end`, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  CAST(SIGN(`top`) * SIGN(`bottom`) * (((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)) - MOD((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)), NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0))) / NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0)) / CAST(1000000 AS DECIMAL(7, 0)) AS DECIMAL(29, 6)), `numerator`, `denominator`, `n`
FROM (SELECT *, COALESCE(`district`, '440100') AS `scope` FROM `system-access latest 1`
  WHERE `district` IS NULL OR `district` <> '440100')
CROSS JOIN UNNEST(ARRAY[
  ROW(CAST('system-access.coverage' AS STRING), CAST(CAST(`numerator 0` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(20 AS DECIMAL(29, 9)), `entered 0`, CAST(CAST(`numerator 0` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(20 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)))
]) AS m(`kpi`, `numerator`, `denominator`, `n`, `top`, `bottom`)
WHERE `window_end` > TIMESTAMP '2025-06-18 08:30:00.000' AND `window_end` <= TIMESTAMP '2025-06-19 08:30:00.000';
INSERT INTO `readings`
SELECT 'r-9fab891eb2af', `kpi`, `scope`, DATE_FORMAT(`window_start`, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''), DATE_FORMAT(`window_end`, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  CAST(SIGN(`top`) * SIGN(`bottom`) * (((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)) - MOD((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)), NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0))) / NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0)) / CAST(1000000 AS DECIMAL(7, 0)) AS DECIMAL(29, 6)), `numerator`, `denominator`, `n`
FROM (SELECT *, COALESCE(`district`, '440100') AS `scope` FROM `traffic-signal counted`
  WHERE `district` IS NULL OR `district` <> '440100')
CROSS JOIN UNNEST(ARRAY[
  ROW(CAST('traffic-signal.usage' AS STRING), CAST(CAST(`numerator 1` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(CAST(`denominator 1` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), `entered 1`, CAST(CAST(`numerator 1` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(`denominator 1` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0))),
  ROW(CAST('traffic-signal.delay' AS STRING), CAST(CAST(`numerator 2` AS DECIMAL(20, 0)) / CAST(10 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(CAST(`denominator 2` AS DECIMAL(20, 0)) / CAST(10 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), `entered 2`, CAST(CAST(`numerator 2` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(`denominator 2` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)))
]) AS m(`kpi`, `numerator`, `denominator`, `n`, `top`, `bottom`)
WHERE `window_end` > TIMESTAMP '2025-06-18 08:30:00.000' AND `window_end` <= TIMESTAMP '2025-06-19 08:30:00.000';
INSERT INTO `readings`
SELECT 'r-9fab891eb2af', `kpi`, `scope`, DATE_FORMAT(`window_end` - INTERVAL '60' SECOND(2), 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''), DATE_FORMAT(`window_end`, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''),
  CAST(SIGN(`top`) * SIGN(`bottom`) * (((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)) - MOD((ABS(`top`) * CAST(2000000 AS DECIMAL(7, 0)) + ABS(`bottom`)), NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0))) / NULLIF(ABS(`bottom`) * CAST(2 AS DECIMAL(1, 0)), 0)) / CAST(1000000 AS DECIMAL(7, 0)) AS DECIMAL(29, 6)), `numerator`, `denominator`, `n`
FROM (SELECT *, COALESCE(`district`, '440100') AS `scope` FROM `traffic-signal latest 1`
  WHERE `district` IS NULL OR `district` <> '440100')
CROSS JOIN UNNEST(ARRAY[
  ROW(CAST('traffic-signal.coverage' AS STRING), CAST(CAST(`numerator 0` AS DECIMAL(20, 0)) / CAST(1 AS DECIMAL(10, 0)) AS DECIMAL(29, 9)), CAST(CASE `scope` WHEN '440100' THEN 4000 WHEN '440103' THEN 241 WHEN '440104' THEN 204 WHEN '440105' THEN 376 WHEN '440106' THEN 475 WHEN '440111' THEN 779 WHEN '440112' THEN 260 WHEN '440113' THEN 600 WHEN '440114' THEN 367 WHEN '440115' THEN 205 WHEN '440117' THEN 156 WHEN '440118' THEN 337 END AS DECIMAL(29, 9)), `entered 0`, CAST(CAST(`numerator 0` AS DECIMAL(20, 0)) * CAST(1 AS DECIMAL(18, 0)) AS DECIMAL(30, 0)), CAST(CAST(CASE `scope` WHEN '440100' THEN 4000 WHEN '440103' THEN 241 WHEN '440104' THEN 204 WHEN '440105' THEN 376 WHEN '440106' THEN 475 WHEN '440111' THEN 779 WHEN '440112' THEN 260 WHEN '440113' THEN 600 WHEN '440114' THEN 367 WHEN '440115' THEN 205 WHEN '440117' THEN 156 WHEN '440118' THEN 337 END AS DECIMAL(18, 0)) AS DECIMAL(30, 0)))
]) AS m(`kpi`, `numerator`, `denominator`, `n`, `top`, `bottom`)
WHERE `window_end` > TIMESTAMP '2025-06-18 08:30:00.000' AND `window_end` <= TIMESTAMP '2025-06-19 08:30:00.000';
END;
