//! Daily weather of Seattle and New York, asked for in SQL.

use std::error::Error;

use rusqlite::Connection;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::types::Value;

const CSV: &str = include_str!("../../../node_modules/@observablehq/sample-datasets/weather.csv");

/// The columns of the table `weather`; `date` is in milliseconds since 1970.
pub const COLUMNS: [(&str, &str); 7] = [
    ("location", "text"),
    ("date", "timestamp"),
    ("precipitation", "real"),
    ("temp_max", "real"),
    ("temp_min", "real"),
    ("wind", "real"),
    ("weather", "text"),
];

/// The file in a database in memory, which afterwards takes nothing but `select`.
pub fn open_weather() -> Result<Connection, Box<dyn Error>> {
    let mut database = Connection::open_in_memory()?;
    let columns: Vec<String> = COLUMNS
        .iter()
        .map(|(name, kind)| format!("{name} {kind}"))
        .collect();
    database.execute_batch(&format!(
        "create table weather ({}); begin",
        columns.join(", ")
    ))?;
    let mut insert = database.prepare("insert into weather values (?, ?, ?, ?, ?, ?, ?)")?;
    for line in CSV.lines().skip(1) {
        let [location, date, others @ ..] = &line.split(',').collect::<Vec<_>>()[..] else {
            return Err(format!("expected a place and a date, got {line}").into());
        };
        // A column of type real turns the texts into numbers.
        let values = [
            Value::from(location.to_string()),
            Value::from(to_epoch_ms(date)?),
        ]
        .into_iter()
        .chain(others.iter().map(|text| Value::from(text.to_string())));
        insert.execute(rusqlite::params_from_iter(values))?;
    }
    drop(insert);
    database.execute_batch("commit")?;
    database.authorizer(Some(|context: AuthContext<'_>| match context.action {
        // No recursion: an endless one would keep a thread.
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Function { .. } => {
            Authorization::Allow
        }
        _ => Authorization::Deny,
    }))?;
    Ok(database)
}

/// A date such as 2012-01-31, or 2012/01/31, as milliseconds since 1970.
fn to_epoch_ms(date: &str) -> Result<i64, Box<dyn Error>> {
    let parts: Vec<i64> = date
        .split(['-', '/', 'T'])
        .take(3)
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    let [year, month, day] = parts[..] else {
        return Err(format!("expected a date, got {date}").into());
    };
    // Years that begin in March end with the leap day.
    let (year, month) = if month < 3 {
        (year - 1, month + 9)
    } else {
        (year, month - 3)
    };
    let days =
        365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 719_469;
    Ok(days * 86_400_000)
}
