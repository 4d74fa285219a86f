//! From the colours of a camera to those of sRGB.

/// Three rows of three.
pub(super) type Matrix = [[f32; 3]; 3];

/// From linear sRGB to XYZ (IEC 61966-2-1).
const SRGB_TO_XYZ: Matrix =
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]];

/// What leaves everything as it is.
pub(super) const NONE: Matrix = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

/// From a camera's balanced colours to linear sRGB, given how it sees XYZ in daylight. White stays
/// white, whatever the light was. A matrix that cannot be turned round changes nothing.
pub(super) fn to_srgb(from_xyz: Matrix) -> Matrix {
    let mut from_srgb = product(from_xyz, SRGB_TO_XYZ);
    for row in &mut from_srgb {
        let sum: f32 = row.iter().sum();
        if sum.abs() < 1e-6 {
            return NONE;
        }
        for number in row {
            *number /= sum;
        }
    }
    inverse(from_srgb).unwrap_or(NONE)
}

pub(super) fn apply(matrix: &Matrix, colour: [f32; 3]) -> [f32; 3] {
    matrix.map(|row| row.iter().zip(colour).map(|(a, b)| a * b).sum())
}

fn product(left: Matrix, right: Matrix) -> Matrix {
    left.map(|row| {
        [0, 1, 2].map(|column| row.iter().zip(right).map(|(a, other)| a * other[column]).sum())
    })
}

/// By cofactors; `None` where there is none, or none that is finite.
fn inverse(matrix: Matrix) -> Option<Matrix> {
    let cofactor = |row: usize, column: usize| {
        let at = |down: usize, across: usize| matrix[(row + down) % 3][(column + across) % 3];
        at(1, 1) * at(2, 2) - at(1, 2) * at(2, 1)
    };
    let determinant: f32 = (0..3).map(|column| matrix[0][column] * cofactor(0, column)).sum();
    let inverse = [0, 1, 2].map(|row| [0, 1, 2].map(|column| cofactor(column, row) / determinant));
    inverse.as_flattened().iter().all(|number| number.is_finite()).then_some(inverse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_changes_nothing() {
        // Of a camera of Nikon's, as DNG has it.
        let nikon =
            [[0.8198, -0.2239, -0.0724], [-0.4871, 1.2389, 0.2798], [-0.1043, 0.2050, 0.7181]];
        let there = to_srgb(nikon);
        let again = product(there, inverse(there).unwrap());
        for (is, expected) in again.as_flattened().iter().zip(NONE.as_flattened()) {
            assert!((is - expected).abs() < 1e-4, "{again:?}");
        }
        assert!(apply(&there, [1.0; 3]).iter().all(|white| (white - 1.0).abs() < 1e-4));
        let [red, green, blue] = apply(&there, [1.0, 0.4, 0.3]);
        assert!(red > 1.0 && green < 0.4 && blue < 0.3, "colours get stronger");
    }

    #[test]
    fn nonsense_changes_nothing() {
        for matrix in [[[0.0; 3]; 3], [[1.0; 3]; 3], [[f32::NAN; 3]; 3]] {
            assert_eq!(to_srgb(matrix), NONE);
        }
    }
}
