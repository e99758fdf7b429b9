//! The `zmgr` command.
fn main() -> std::process::ExitCode {
    zmgr::main()
}
