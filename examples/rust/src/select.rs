//! Frames for select statements.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::Connection;
use rusqlite::types::Value;
use serde_json::{Value as Json, json};

use crate::database::COLUMNS;
use crate::frame::{Field, Frame, Values};

/// `{"rawSql": "select ...", "format": "time_series"}`; without a format it is `table`.
pub struct Query {
    sql: String,
    pub is_time_series: bool,
    range: (i64, i64),
}

impl Query {
    /// The range is in milliseconds since 1970, for `:from` and `:to` in the SQL. Without one, all rows are meant.
    pub fn parse(model: &[u8], range: Option<(i64, i64)>) -> Result<Self, String> {
        let model = if model.is_empty() { b"{}" } else { model };
        let model: Json = serde_json::from_slice(model)
            .map_err(|error| format!("expected JSON in the query: {error}"))?;
        let sql = model["rawSql"]
            .as_str()
            .ok_or("expected \"rawSql\" with a select statement in the query")?;
        let is_time_series = match model.get("format") {
            None => false,
            Some(format) if format == "table" => false,
            Some(format) if format == "time_series" => true,
            Some(format) => {
                return Err(format!(
                    "format must be \"table\" or \"time_series\", got {format}"
                ));
            }
        };
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_millis() as i64);
        Ok(Query {
            sql: sql.into(),
            is_time_series,
            range: range.unwrap_or((0, now)),
        })
    }
}

/// The rows as a frame. As a time series it is wide: a field for each text in the result, with the text as a label.
pub fn select_frame(database: &Connection, query: &Query) -> Result<Frame, String> {
    let frame = select_table(database, query)?;
    if query.is_time_series && frame.len() > 0 {
        to_wide(&frame)
    } else {
        Ok(frame)
    }
}

/// The rows as they are, whatever the format.
pub fn select_table(database: &Connection, query: &Query) -> Result<Frame, String> {
    let (names, columns) = execute(database, query).map_err(|error| match error {
        // Without the offset that it would add.
        rusqlite::Error::SqlInputError { msg, .. } => msg,
        error => error.to_string(),
    })?;
    if names.is_empty() {
        return Err("expected a select statement, got no columns".into());
    }
    let fields = names
        .into_iter()
        .zip(columns)
        .map(|(name, values)| to_field(name, values));
    Ok(Frame::new(fields.collect::<Result<_, _>>()?))
}

fn execute(
    database: &Connection,
    query: &Query,
) -> rusqlite::Result<(Vec<String>, Vec<Vec<Value>>)> {
    let mut statement = database.prepare(&query.sql)?;
    let names: Vec<String> = statement
        .column_names()
        .into_iter()
        .map(String::from)
        .collect();
    for (name, value) in [(":from", query.range.0), (":to", query.range.1)] {
        if let Some(index) = statement.parameter_index(name)? {
            statement.raw_bind_parameter(index, value)?;
        }
    }
    let mut columns = vec![Vec::new(); names.len()];
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        for (index, column) in columns.iter_mut().enumerate() {
            column.push(row.get(index)?);
        }
    }
    Ok((names, columns))
}

fn to_field(name: String, values: Vec<Value>) -> Result<Field, String> {
    let declared = COLUMNS
        .iter()
        .find(|(column, _)| *column == name)
        .map(|(_, kind)| *kind);
    let first = values.iter().find(|value| **value != Value::Null);
    let wrong = |value: Value| {
        format!(
            "column \"{name}\" has values of several types, such as {:?}: cast them",
            value.data_type()
        )
    };
    let values = if name == "time" || declared == Some("timestamp") {
        let in_range = |ms: i64| match ms.checked_mul(1_000_000) {
            Some(_) => Ok(Some(ms)),
            None => Err(format!(
                "column \"{name}\" has {ms}, which is no time between 1677 and 2262"
            )),
        };
        let time = |value| match value {
            Value::Null => Ok(None),
            Value::Integer(ms) => in_range(ms),
            Value::Real(ms) => in_range(ms as i64),
            other => Err(wrong(other)),
        };
        Values::Time(values.into_iter().map(time).collect::<Result<_, _>>()?)
    } else if declared == Some("text") || matches!(first, Some(Value::Text(_))) {
        let text = |value| match value {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text)),
            other => Err(wrong(other)),
        };
        Values::Text(values.into_iter().map(text).collect::<Result<_, _>>()?)
    } else {
        let number = |value| match value {
            Value::Null => Ok(None),
            Value::Integer(number) => Ok(Some(number as f64)),
            Value::Real(number) => Ok(Some(number)),
            other => Err(wrong(other)),
        };
        Values::Number(values.into_iter().map(number).collect::<Result<_, _>>()?)
    };
    Ok(Field::new(name, values))
}

/// A row for each time, a field for each value column and each combination of texts.
fn to_wide(frame: &Frame) -> Result<Frame, String> {
    let (mut time, mut texts, mut numbers) = (None, Vec::new(), Vec::new());
    for field in &frame.fields {
        match &field.values {
            Values::Time(values) if time.is_none() => time = Some((&field.name, values)),
            Values::Time(_) => {}
            Values::Text(values) => texts.push((&field.name, values)),
            Values::Number(values) => numbers.push((&field.name, values)),
        }
    }
    let (time_name, times) =
        time.ok_or("a time series needs a time and a number, and the result has no time")?;
    if numbers.is_empty() {
        return Err(
            "a time series needs a time and a number, and the result has no value field".into(),
        );
    }
    if times.contains(&None) || !times.is_sorted() {
        return Err(format!(
            "time field \"{time_name}\" is not ascending: add order by {time_name}"
        ));
    }
    let mut rows: Vec<Option<i64>> = times.clone();
    rows.dedup();
    let row_of: BTreeMap<Option<i64>, usize> = rows.iter().copied().zip(0..).collect();
    let keys: Vec<Vec<&str>> = (0..times.len())
        .map(|row| {
            texts
                .iter()
                .map(|(_, values)| values[row].as_deref().unwrap_or("null"))
                .collect()
        })
        .collect();
    let series: BTreeSet<&Vec<&str>> = keys.iter().collect();
    let mut wide = vec![Field::new(time_name, Values::Time(rows))];
    for (name, values) in numbers {
        for key in &series {
            let mut column = vec![None; row_of.len()];
            for (row, value) in values
                .iter()
                .enumerate()
                .filter(|(row, _)| keys[*row] == **key)
            {
                column[row_of[&times[row]]] = *value;
            }
            let field = Field::new(name, Values::Number(column));
            let labelled = texts
                .iter()
                .zip(*key)
                .fold(field, |field, ((label, _), text)| {
                    field.with_label(label, *text)
                });
            wide.push(labelled);
        }
    }
    Ok(Frame {
        fields: wide,
        meta: Some(json!({ "type": "timeseries-wide", "typeVersion": [0, 1] })),
    })
}
