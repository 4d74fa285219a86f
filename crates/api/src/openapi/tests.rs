use std::collections::HashSet;

use axum::body::Body;
use axum::http::{Request, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::*;
use crate::wire::enclose;
use crate::wire::tests::sample;

fn about() -> About {
    About {
        title: "Sample",
        version: "1.2.3",
        description: "A library of photos.\n\nBegin with `list_assets`.",
        server_url: "http://127.0.0.1:8000".to_owned(),
        tags: &[("assets", "Photos and videos."), ("unused", "Not in the document.")],
    }
}

fn sample_document() -> Value {
    document(&about(), &sample::operations())
}

/// Every object inside `value`, itself included.
fn objects(value: &Value) -> Vec<&serde_json::Map<String, Value>> {
    match value {
        Value::Object(object) => {
            std::iter::once(object).chain(object.values().flat_map(objects)).collect()
        }
        Value::Array(items) => items.iter().flat_map(objects).collect(),
        _ => vec![],
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = sample_document();
    let references: Vec<_> =
        objects(&document).iter().filter_map(|object| object.get("$ref")?.as_str()).collect();
    assert!(references.len() > 10);
    for reference in references {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
}

#[test]
fn tags_are_unique() {
    let document = document(&About::heliograph("http://127.0.0.1"), &crate::operations());
    let tags: Vec<_> = document["tags"].as_array().unwrap().iter().map(|t| &t["name"]).collect();
    let distinct: HashSet<_> = tags.iter().collect();
    assert_eq!(distinct.len(), tags.len(), "{tags:?}");
}

#[test]
fn operation_ids_are_unique_and_path_parameters_declared() {
    let document = sample_document();
    let mut ids = HashSet::new();
    for (path, verbs) in document["paths"].as_object().unwrap() {
        for operation in verbs.as_object().unwrap().values() {
            assert!(ids.insert(operation["operationId"].as_str().unwrap()));
            let declared: Vec<_> = operation["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|parameter| parameter["in"] == "path")
                .map(|parameter| format!("{{{}}}", parameter["name"].as_str().unwrap()))
                .collect();
            let wanted: Vec<_> = path.split('/').filter(|part| part.starts_with('{')).collect();
            assert_eq!(declared, wanted);
        }
    }
    assert_eq!(ids.len(), sample::operations().len());
}

#[test]
fn a_parameter_says_all_that_its_line_says() {
    let document = sample_document();
    let parameters = document["paths"]["/api/assets"]["get"]["parameters"].as_array().unwrap();
    let named = |name: &str| parameters.iter().find(|p| p["name"] == name).unwrap();
    assert_eq!(
        named("limit"),
        &json!({
            "name": "limit",
            "in": "query",
            "required": false,
            "allowEmptyValue": true,
            "description": "How many at most.",
            "schema": { "type": "integer", "minimum": 1, "maximum": 200, "default": 20 },
        })
    );
    assert_eq!(named("order")["schema"]["enum"], json!(["desc", "asc"]));
    assert_eq!(named("order")["schema"]["default"], "desc");
    assert_eq!(named("bbox")["example"], "5.9,45.8,10.5,47.8");
    assert_eq!(named("radius")["schema"]["exclusiveMinimum"], 0);
    assert_eq!(named("ids")["schema"]["items"]["examples"][0], "asset_BM3nUmJ6fkBqBADyz5FEiu");
}

#[test]
fn bodies_are_described_with_their_three_states() {
    let document = sample_document();
    let operation = &document["paths"]["/api/assets/{asset_id}"]["patch"];
    let content = &operation["requestBody"]["content"]["application/json"];
    let properties = &content["schema"]["properties"];
    assert_eq!(properties["latitude"]["type"], json!(["number", "null"]));
    assert_eq!(properties["description"]["maxLength"], 65_536);
    assert_eq!(content["schema"].get("required"), None);
    assert_eq!(
        content["example"],
        json!({
            "description": "Breakfast at the lake",
            "original_datetime": "2024-05-06T07:08:09-07:00",
            "rating": 5,
        })
    );
    let bulk = &document["paths"]["/api/assets/bulk-update"]["post"]["requestBody"];
    let schema = &bulk["content"]["application/json"]["schema"];
    assert_eq!(schema["required"], json!(["updates"]));
    let item = &schema["properties"]["updates"]["items"];
    assert_eq!(item["required"], json!(["id", "change"]));
    assert_eq!(item["properties"]["change"]["properties"]["rating"]["maximum"], 5);
}

#[test]
fn a_form_is_described_field_by_field() {
    let document = sample_document();
    let body = &document["paths"]["/api/assets"]["post"]["requestBody"];
    let schema = &body["content"]["multipart/form-data"]["schema"];
    assert_eq!(schema["required"], json!(["asset_data", "device_id", "file_created_at"]));
    assert_eq!(schema["properties"]["asset_data"]["contentMediaType"], "application/octet-stream");
}

#[test]
fn answers_follow_from_the_declaration() {
    let document = sample_document();
    let statuses = |path: &str, verb: &str| -> Vec<String> {
        document["paths"][path][verb]["responses"].as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(statuses("/api/server/ping", "get"), ["200", "500"]);
    assert_eq!(statuses("/api/api-keys/", "get"), ["200", "401", "403", "429", "500"]);
    let update = ["200", "401", "403", "404", "422", "429", "500", "503"];
    assert_eq!(statuses("/api/assets/{asset_id}", "patch"), update);
    let merge = &document["paths"]["/api/people/merge"]["post"]["responses"];
    assert_eq!(merge["204"].get("content"), None);
    let ping = &document["paths"]["/api/server/ping"]["get"]["responses"]["200"]["content"];
    assert_eq!(ping["text/plain; charset=utf-8"]["schema"]["type"], "string");
}

#[test]
fn what_a_credential_needs_is_said() {
    let document = sample_document();
    let operation = |path: &str, verb: &str| document["paths"][path][verb].clone();
    let update = operation("/api/assets/{asset_id}", "patch");
    assert_eq!(update["x-required-action"], "write");
    assert_eq!(update["security"], json!([{ "bearer": [] }]));
    assert_eq!(operation("/api/api-keys/", "get")["x-required-session"], true);
    assert_eq!(operation("/api/server/ping", "get")["security"], json!([]));
}

#[test]
fn models_are_components_without_titles() {
    let document = sample_document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let names: Vec<_> = schemas.keys().map(String::as_str).collect();
    let sorted = {
        let mut sorted = names.clone();
        sorted.sort_unstable();
        sorted
    };
    assert_eq!(names, sorted);
    assert!(names.contains(&"Error") && names.contains(&"ValidationError"));
    let asset = &schemas["AssetResponse"];
    assert_eq!(asset.get("title"), None);
    assert_eq!(asset["properties"]["description"]["type"], json!(["string", "null"]));
    let page = &schemas["AssetPage"]["properties"]["data"]["items"];
    assert_eq!(page, &json!({ "$ref": "#/components/schemas/AssetResponse" }));
}

#[test]
fn the_page_has_every_operation_and_every_model() {
    let document = sample_document();
    let Page { html, .. } = page(&document);
    for operation in sample::operations() {
        assert!(html.contains(&format!("id=\"{}\"", operation.id)), "{}", operation.id);
        assert!(html.contains(&format!("href=\"#{}\"", operation.id)), "{}", operation.id);
    }
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(html.contains(&format!("id=\"model-{name}\"")), "{name}");
    }
    // Every link inside the page has a target.
    for link in html.split("href=\"#").skip(1) {
        let target = link.split('"').next().unwrap();
        assert!(html.contains(&format!("id=\"{target}\"")), "{target}");
    }
    assert!(html.contains("-H &quot;Authorization: Bearer $KEY&quot;"));
    assert!(html.contains("updates[].change."));
}

#[test]
fn the_page_asks_for_nothing_from_elsewhere() {
    let Page { html, content_security_policy } = page(&sample_document());
    assert!(content_security_policy.starts_with("default-src 'none'; style-src 'sha256-"));
    for foreign in ["<link", "<img", " src=", "@import", "url(", "style=\"", "onclick"] {
        assert!(!html.contains(foreign), "{foreign}");
    }
}

#[test]
fn text_of_the_document_stays_text_on_the_page() {
    let mut document = sample_document();
    document["info"]["description"] = "<script>alert(1)</script>".into();
    document["paths"]["/api/assets"]["get"]["summary"] = "\"><img src=x>".into();
    let Page { html, .. } = page(&document);
    assert!(!html.contains("<script>alert") && !html.contains("<img"));
}

#[tokio::test]
async fn both_are_served() {
    let router = enclose(routes(&sample::operations(), "http://127.0.0.1:8000/"));
    let ask = async |path: &str| {
        let request = Request::get(path).body(Body::empty()).unwrap();
        router.clone().oneshot(request).await.unwrap()
    };
    let answer = ask("/openapi.json").await;
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/json");
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    let served: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(served["paths"], sample_document()["paths"]);
    assert_eq!(served["servers"], json!([{ "url": "http://127.0.0.1:8000" }]));
    for path in ["/docs", "/docs/"] {
        let answer = ask(path).await;
        assert_eq!(answer.status(), 200);
        assert!(answer.headers().contains_key(header::CONTENT_SECURITY_POLICY));
    }
}

#[test]
fn only_requests_say_what_is_required() {
    let Page { html, .. } = page(&sample_document());
    let (requests, models) = html.split_once("id=\"models\"").unwrap();
    assert!(requests.contains(">required<") && !models.contains(">required<"));
}
