//! Data frames: the bytes that Grafana reads, made with arrow-rs, and the same as JSON for hosts and streams that want it.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, Float64Array, RecordBatch, RecordBatchOptions, StringArray, TimestampNanosecondArray,
};
use arrow_ipc::writer::FileWriter;
use arrow_schema::{DataType, Schema, TimeUnit};
use grafana_plugin_protocol::v2::DataFrameFormat;
use serde_json::{Value as Json, json};

/// Columns of equal length.
#[derive(Clone)]
pub struct Frame {
    pub fields: Vec<Field>,
    /// What Grafana may know about the frame: its type, notices, ...
    pub meta: Option<Json>,
}

/// A column. Names may repeat: series are told apart by their labels.
#[derive(Clone)]
pub struct Field {
    pub name: String,
    pub labels: BTreeMap<String, String>,
    pub is_nullable: bool,
    pub values: Values,
}

#[derive(Clone)]
pub enum Values {
    /// Milliseconds since 1970.
    Time(Vec<Option<i64>>),
    Number(Vec<Option<f64>>),
    Text(Vec<Option<String>>),
}

/// What frame JSON of a part has: later parts of a frame have no schema.
#[derive(Clone, Copy, PartialEq)]
pub enum Part {
    First,
    Later,
}

impl Field {
    pub fn new(name: impl Into<String>, values: Values) -> Self {
        let is_nullable = match &values {
            Values::Time(values) => values.contains(&None),
            Values::Number(values) => values.contains(&None),
            Values::Text(values) => values.contains(&None),
        };
        Field {
            name: name.into(),
            labels: BTreeMap::new(),
            is_nullable,
            values,
        }
    }

    pub fn with_label(mut self, key: &str, value: impl Into<String>) -> Self {
        self.labels.insert(key.into(), value.into());
        self
    }

    /// Names in Arrow's metadata and in JSON: the kind in Grafana's frontend, and the type in Go.
    fn kind(&self) -> (&'static str, &'static str) {
        match self.values {
            Values::Time(_) => ("time", "time.Time"),
            Values::Number(_) => ("number", "float64"),
            Values::Text(_) => ("string", "string"),
        }
    }

    fn to_arrow(&self) -> (arrow_schema::Field, ArrayRef) {
        let (data_type, array): (DataType, ArrayRef) = match &self.values {
            Values::Time(times) => (
                DataType::Timestamp(TimeUnit::Nanosecond, None),
                Arc::new(TimestampNanosecondArray::from_iter(
                    times.iter().map(|ms| ms.map(|ms| ms * 1_000_000)),
                )),
            ),
            Values::Number(numbers) => (
                DataType::Float64,
                Arc::new(Float64Array::from(numbers.clone())),
            ),
            Values::Text(texts) => (DataType::Utf8, Arc::new(StringArray::from(texts.clone()))),
        };
        let mut metadata = HashMap::from([("tstype".to_string(), self.kind().0.to_string())]);
        if !self.labels.is_empty() {
            metadata.insert("labels".into(), json!(self.labels).to_string());
        }
        (
            arrow_schema::Field::new(&self.name, data_type, self.is_nullable)
                .with_metadata(metadata),
            array,
        )
    }
}

impl Frame {
    pub fn new(fields: Vec<Field>) -> Self {
        Frame { fields, meta: None }
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        match self.fields.first().map(|field| &field.values) {
            None => 0,
            Some(Values::Time(values)) => values.len(),
            Some(Values::Number(values)) => values.len(),
            Some(Values::Text(values)) => values.len(),
        }
    }

    /// Some of the rows, with the same schema.
    pub fn slice(&self, rows: Range<usize>) -> Frame {
        let slice = |field: &Field| Field {
            values: match &field.values {
                Values::Time(values) => Values::Time(values[rows.clone()].to_vec()),
                Values::Number(values) => Values::Number(values[rows.clone()].to_vec()),
                Values::Text(values) => Values::Text(values[rows.clone()].to_vec()),
            },
            ..field.clone()
        };
        Frame {
            fields: self.fields.iter().map(slice).collect(),
            meta: self.meta.clone(),
        }
    }

    /// What `DataResponse.frames` takes, in the format that the request asks for.
    pub fn to_bytes(
        &self,
        ref_id: &str,
        format: DataFrameFormat,
        part: Part,
    ) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
        match format {
            DataFrameFormat::Json => Ok(self.to_json(ref_id, part).into_bytes()),
            // Each part is a whole file.
            DataFrameFormat::Arrow => self.to_arrow(ref_id),
        }
    }

    fn to_arrow(&self, ref_id: &str) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
        let mut metadata = HashMap::from([
            ("name".into(), String::new()),
            ("refId".into(), ref_id.into()),
        ]);
        if let Some(meta) = &self.meta {
            metadata.insert("meta".into(), meta.to_string());
        }
        let (fields, columns): (Vec<_>, Vec<_>) = self.fields.iter().map(Field::to_arrow).unzip();
        let schema = Arc::new(Schema::new_with_metadata(fields, metadata));
        let options = RecordBatchOptions::new().with_row_count(Some(self.len()));
        let batch = RecordBatch::try_new_with_options(schema.clone(), columns, &options)?;
        let mut writer = FileWriter::try_new(Vec::new(), &schema)?;
        if batch.num_rows() > 0 {
            writer.write(&batch)?;
        }
        Ok(writer.into_inner()?)
    }

    /// Frame JSON, as packets of streams carry it. Grafana's reader wants the schema before the data.
    pub fn to_json(&self, ref_id: &str, part: Part) -> String {
        let mut schema = json!({ "fields": self.fields.iter().map(schema_of).collect::<Vec<_>>() });
        if !ref_id.is_empty() {
            schema["refId"] = ref_id.into();
        }
        if let Some(meta) = &self.meta {
            schema["meta"] = meta.clone();
        }
        let values: Vec<Json> = self.fields.iter().map(values_of).collect();
        let entities: Vec<Json> = self.fields.iter().map(entities_of).collect();
        let mut data = json!({ "values": values });
        if entities.iter().any(|entity| !entity.is_null()) {
            data["entities"] = entities.into();
        }
        match part {
            Part::First => format!(r#"{{"schema":{schema},"data":{data}}}"#),
            Part::Later => format!(r#"{{"data":{data}}}"#),
        }
    }
}

fn schema_of(field: &Field) -> Json {
    let (kind, go) = field.kind();
    let mut schema = json!({ "name": field.name, "type": kind, "typeInfo": { "frame": go } });
    if field.is_nullable {
        schema["typeInfo"]["nullable"] = true.into();
    }
    if !field.labels.is_empty() {
        schema["labels"] = json!(field.labels);
    }
    schema
}

fn values_of(field: &Field) -> Json {
    match &field.values {
        Values::Time(values) => json!(values),
        Values::Number(values) => json!(values),
        Values::Text(values) => json!(values),
    }
}

/// The rows of numbers that JSON does not have, which are null among the values.
fn entities_of(field: &Field) -> Json {
    let Values::Number(numbers) = &field.values else {
        return Json::Null;
    };
    let rows = |number: f64| -> Vec<usize> {
        numbers
            .iter()
            .enumerate()
            .filter(|(_, value)| **value == Some(number))
            .map(|(row, _)| row)
            .collect()
    };
    let (positive, negative) = (rows(f64::INFINITY), rows(f64::NEG_INFINITY));
    if positive.is_empty() && negative.is_empty() {
        Json::Null
    } else {
        json!({ "Inf": positive, "NegInf": negative })
    }
}
