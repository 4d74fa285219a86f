//! What to believe when the sources of one file say different things. One file per decision.

use model::FileFacts;

use super::Said;

mod camera;
mod caption;
mod date;
mod dates;
mod gps;
mod place;
mod rating;

/// Decides. `raw_size` comes from the header of the pixels, which nobody contradicts.
pub(super) fn decide(said: &Said, raw_size: Option<(u32, u32)>) -> FileFacts {
    FileFacts {
        raw_size,
        orientation: camera::orientation(said),
        description: caption::caption(said),
        coordinates: gps::coordinates(said),
        altitude: gps::altitude(said),
        original: dates::original(said),
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
    }
}
