// The memory that the reentrant look-ups of libc write their answer into, and reading it while it is there.

import Glibc

/// A reentrant look-up such as `getservbyname_r(3)`: it fills the entry and the buffer, whose size is next,
/// and stores the entry's address if it found one.
typealias LookUp<Entry> = (
    UnsafeMutablePointer<Entry>, UnsafeMutablePointer<CChar>, Int,
    UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>
) -> Int32

/// Makes a look-up, with a larger buffer for as long as it answers `ERANGE`. Returns its last answer, and what
/// `read` made of the entry if it found one.
/// - Parameter entry: an empty one.
func lookUp<Entry, Value>(
    _ entry: Entry, _ read: (Entry) -> Value, _ call: LookUp<Entry>
) -> (code: Int32, value: Value?) {
    var size = 1024
    while true {
        let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: size)
        defer { unsafe buffer.deallocate() }
        var entry = entry
        var result: UnsafeMutablePointer<Entry>?
        let code = unsafe call(&entry, buffer, size, &result)
        guard code == ERANGE, size < 1 << 24 else {
            return (code, unsafe result.map { unsafe read($0.pointee) })
        }
        size *= 2
    }
}

/// The strings of a list that ends with a null pointer.
func strings(_ list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> [String] {
    var result: [String] = []
    guard var next = unsafe list else { return [] }
    while let text = unsafe next.pointee {
        unsafe result.append(String(cString: text))
        unsafe next += 1
    }
    return result
}
