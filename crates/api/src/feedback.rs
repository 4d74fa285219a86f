//! `POST /api/feedback` (contract 16).

use app::feedback::NewFeedback;
use model::{Action, FeedbackKind, Name};
use schemars::JsonSchema;
use serde::Serialize;

use crate::state::{Api, Cx};
use crate::wire::{Answer, ApiError, Input, Needs, Operation, Reader, Verb};

/// Longest message, in characters.
const MOST_MESSAGE: usize = 65_536;

pub(crate) fn operations() -> Vec<Operation<Api>> {
    let write = Needs::Action(Action::Write);
    vec![
        Operation::new("submit_feedback", Verb::Post, "/api/feedback", write, submit)
            .tag("feedback")
            .about(
                "Tell whoever runs this server what you think",
                "It is kept on this server and sent nowhere.",
            )
            .answers(200, "It is kept."),
    ]
}

impl Input for NewFeedback {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let kind =
            r.field("feedback_type", "What it is about.").choice::<FeedbackKind>().required();
        let message = r
            .field("message", "The message, not blank.")
            .text(MOST_MESSAGE)
            .then(|text: String| {
                if text.trim().is_empty() { Err("a message must not be blank") } else { Ok(text) }
            })
            .example("I cannot find the stars.")
            .required();
        let task_completed = r
            .field("task_completed", "Whether you got done what you were at; null: who knows.")
            .flag()
            .optional();
        let tool_names = r
            .field("tool_names", "The tools you used.")
            .text(usize::MAX)
            .list(0..=200)
            .then(|names: Vec<String>| {
                names.iter().map(|name| Name::new(name)).collect::<Result<Vec<_>, _>>()
            })
            .optional();
        Some(Self {
            kind: kind?,
            message: message?,
            task_completed: task_completed?,
            tool_names: tool_names?.unwrap_or_default(),
        })
    }
}

/// What became of a message.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FeedbackResult {
    /// `submitted`.
    status: &'static str,
}

async fn submit(cx: Cx, new: NewFeedback) -> Result<Answer<FeedbackResult>, ApiError> {
    cx.state.app.submit_feedback(cx.viewer.0, new).await?;
    Ok(Answer::ok(FeedbackResult { status: "submitted" }))
}
