//! Puts a brotli and a gzip copy beside each file of a folder, where that is smaller.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1) else {
        eprintln!("usage: precompress FOLDER");
        return ExitCode::FAILURE;
    };
    match files_below(Path::new(&folder)).and_then(|files| files.iter().try_for_each(|file| compress(file))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn compress(file: &Path) -> io::Result<()> {
    let packed = ["br", "gz", "jpg", "png", "playhead", "woff2"];
    if file
        .extension()
        .is_some_and(|extension| packed.iter().any(|packed| extension == *packed))
    {
        return Ok(());
    }
    let plain = fs::read(file)?;
    let mut brotli = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut plain.as_slice(), &mut brotli, &parameters)?;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&plain)?;
    for (suffix, packed) in [("br", brotli), ("gz", gzip.finish()?)] {
        if packed.len() < plain.len() {
            fs::write(format!("{}.{suffix}", file.display()), packed)?;
        }
    }
    Ok(())
}

fn files_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}
