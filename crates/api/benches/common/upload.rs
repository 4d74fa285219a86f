//! A photograph on its way into a library.

use anyhow::{Result, ensure};
use axum::body::Bytes;
use axum::http::{Method, StatusCode};

use crate::http::Client;

/// Uploads a JPEG of this name. Gives the answer: the new asset.
pub(crate) async fn upload(client: &mut Client, name: &str, photo: &[u8]) -> Result<Bytes> {
    const BOUNDARY: &str = "between-the-parts";
    let fields = [
        ("device_asset_id", name),
        ("device_id", "bench"),
        ("file_created_at", "2024-05-06T07:08:09+02:00"),
        ("file_modified_at", "2024-05-06T07:08:09+02:00"),
    ];
    let mut form = Vec::new();
    for (field, value) in fields {
        let part = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
        );
        form.extend(part.into_bytes());
    }
    let head = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"asset_data\"; \
         filename=\"{name}\"\r\ncontent-type: image/jpeg\r\n\r\n"
    );
    form.extend(head.into_bytes());
    form.extend(photo);
    form.extend(format!("\r\n--{BOUNDARY}--\r\n").into_bytes());
    let form_type = format!("multipart/form-data; boundary={BOUNDARY}");
    let (status, answer) = client.send(Method::POST, "/api/assets", &form_type, form).await?;
    let detail = String::from_utf8_lossy(&answer);
    ensure!(status == StatusCode::CREATED, "{name}: the API answers {status}, {detail}");
    Ok(answer)
}
