//! Statements put together at run time.

use super::{Conn, FromRow, Result, ToCell};

/// A statement put together at run time; its placeholders number themselves.
#[derive(Default)]
pub struct Query {
    sql: String,
    values: Vec<Box<dyn ToCell + Send + Sync>>,
}

impl Query {
    /// A statement that begins with `sql`, which has no placeholders.
    pub fn new(sql: &str) -> Self {
        Self { sql: sql.to_owned(), values: Vec::new() }
    }

    /// Appends `sql`, which has no placeholders.
    pub fn push(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    /// Appends `sql` with its one `?` standing for `value`.
    pub fn bind(&mut self, sql: &str, value: impl ToCell + Send + Sync + 'static) -> &mut Self {
        self.values.push(Box::new(value));
        let placeholder = format!("${}", self.values.len());
        self.push(&sql.replacen('?', &placeholder, 1))
    }

    /// Appends `sql` with its one `?` standing for the list `values`, as in `id in (?)`. An empty
    /// list becomes `null`: `in (null)` holds for no row, and neither does `not in (null)`.
    pub fn bind_each<T: ToCell + Send + Sync + 'static>(
        &mut self,
        sql: &str,
        values: Vec<T>,
    ) -> &mut Self {
        let mut placeholders = Vec::with_capacity(values.len());
        for value in values {
            self.values.push(Box::new(value));
            placeholders.push(format!("${}", self.values.len()));
        }
        let list =
            if placeholders.is_empty() { "null".to_owned() } else { placeholders.join(", ") };
        self.push(&sql.replacen('?', &list, 1))
    }

    /// The statement so far.
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// Every row the statement gives.
    pub fn all<T: FromRow>(&self, conn: &mut Conn) -> Result<Vec<T>> {
        conn.all(&self.sql, &self.params())
    }

    /// The first row, if there is one.
    pub fn one<T: FromRow>(&self, conn: &mut Conn) -> Result<Option<T>> {
        conn.one(&self.sql, &self.params())
    }

    /// Gives the rows to `take` one by one: see [`Conn::each`].
    pub fn each<T: FromRow>(
        &self,
        conn: &mut Conn,
        take: impl FnMut(T) -> Result<()>,
    ) -> Result<()> {
        conn.each(&self.sql, &self.params(), take)
    }

    /// How the engine would run the statement: see [`Conn::explain`].
    pub fn explain(&self, conn: &mut Conn) -> Result<Vec<String>> {
        conn.explain(&self.sql, &self.params())
    }

    fn params(&self) -> Vec<&(dyn ToCell + Sync)> {
        self.values.iter().map(|value| &**value as &(dyn ToCell + Sync)).collect()
    }
}

/// The pattern of texts that contain `text`, for `like … escape '\\'`: what means something to
/// patterns stands for itself.
pub fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for char in text.chars() {
        if matches!(char, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(char);
    }
    pattern.push('%');
    pattern
}
