//! What to believe when the sources of one file say different things. One file per decision.

use model::FileFacts;

use super::Said;

mod camera;
mod caption;
mod date;
mod dates;
mod gps;
mod maker;
mod place;
mod rating;

pub(super) use gps::parse as angle;

/// Decides. `raw_size` comes from the header of the pixels, which nobody contradicts.
pub(super) fn decide(said: &Said, raw_size: Option<(u32, u32)>) -> FileFacts {
    let (original, clock) = dates::original(said);
    let facts = FileFacts {
        raw_size,
        orientation: camera::orientation(said),
        description: caption::caption(said),
        coordinates: gps::coordinates(said),
        altitude: gps::altitude(said),
        original,
        clock,
        offset_tag: None,
        digitized: dates::digitized(said),
        modified: dates::modified(said),
        rating: rating::rating(said),
        place: place::place(said),
        make: camera::make(said),
        model: camera::model(said),
        lens_model: camera::lens_model(said),
        f_number: camera::f_number(said),
        focal_length: camera::focal_length(said),
        exposure_time: camera::exposure_time(said),
        exposure_bias: camera::exposure_bias(said),
        iso: camera::iso(said),
        projection_type: camera::projection_type(said),
        live_photo_cid: camera::live_photo_cid(said),
        burst_id: camera::burst_id(said),
        duration: said.clip.duration(),
        frame_rate: said.clip.frame_rate(),
        motion: said.motion,
    };
    facts.settled(|_, _| None)
}
