/** Days, rain and temperatures of each year, by place. */
export const yearlyTable = {
  format: "table",
  rawSql: `select location as place, strftime('%Y', date / 1000, 'unixepoch') as year, count(*) as days,
    sum(weather = 'rain') as "rainy days", max(temp_max) as hottest, min(temp_min) as coldest
    from weather where date between :from and :to group by place, year order by place, year`,
};

/** The mean temperature of each month, by place. */
export const monthlySeries = {
  format: "time_series",
  rawSql: `select unixepoch(date / 1000, 'unixepoch', 'start of month') * 1000 as time, location as place,
    avg((temp_max + temp_min) / 2) as temperature
    from weather where date between :from and :to group by time, place order by time`,
};

/** All rows, which come in chunks. */
export const everyDay = {
  format: "table",
  rawSql: "select date as time, location, precipitation from weather where date between :from and :to",
};

export const from: bigint = BigInt(Date.parse("2012-01-01"));
export const to: bigint = BigInt(Date.parse("2015-12-31"));
