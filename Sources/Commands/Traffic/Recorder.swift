// A recording of what passes, in whatever form, and the file that it goes to.

protocol Recorder: Observer, DatagramObserver {
    /// There will be a recording, be it of nothing.
    func begin()
}

/// The file, which is emptied before the first of a recording is written.
final class RecordingFile {
    let output: Output
    /// Nil once that is done.
    private var empty: (() -> Void)?

    /// - Parameter empty: empties the file.
    init(_ output: Output, empty: @escaping () -> Void) {
        self.output = output
        self.empty = empty
    }

    /// Empties it the first time.
    /// - Returns: whether it is the first time.
    func begin() -> Bool {
        guard let empty else { return false }
        self.empty = nil
        empty()
        return true
    }
}
