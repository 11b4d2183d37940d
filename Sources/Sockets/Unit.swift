// What a number counts.

/// The unit of an option or of a field of `TCP_INFO`; the raw value is how it is written after a number.
package enum Unit: String, Hashable, Sendable {
    case bytes = "bytes"
    case bytesPerSecond = "bytes/s"
    case seconds = "s"
    case milliseconds = "ms"
    case microseconds = "us"
    case segments = "segments"
    case packets = "packets"
    case hops = "hops"
    case connections = "connections"
    case instructions = "instructions"
    case interfaceIndex = "interface index"
    case bits = "bits"

    /// Whether a number may be written with `k`, `M` or `G`, powers of 1024.
    package var isSize: Bool { self == .bytes || self == .bytesPerSecond }

    /// How many make a second, nil for what is not a time.
    package var perSecond: Int? {
        switch self {
        case .seconds: 1
        case .milliseconds: 1000
        case .microseconds: 1_000_000
        default: nil
        }
    }
}
