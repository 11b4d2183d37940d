// The container that a process is in, as its control group says: `/proc/PID/cgroup`, cgroups(7).

package enum ContainerID {
    /// The 64 digits by which Docker, containerd, CRI-O and Podman know a container; nil for a process in none.
    package static func of(process pid: Int32) -> String? {
        (try? OwnedDescriptor.contents(of: "/proc/\(pid)/cgroup")).flatMap { parse($0) }
    }

    /// The same, out of the lines of such a file, `ID:CONTROLLERS:PATH`. The innermost one counts.
    package static func parse(_ text: [UInt8]) -> String? {
        for line in text.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(
                separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            for component in fields[2].split(separator: UInt8(ascii: "/")).reversed() {
                if let id = id(inComponent: component) { return id }
            }
        }
        return nil
    }

    /// What is put before the digits, a hyphen between. `crio-conmon-…` is the process beside the container.
    private static let prefixes: Set<String> = [
        "docker", "crio", "cri-containerd", "containerd", "libpod", "podman", "nerdctl",
    ]

    /// `docker-ID.scope`, `libpod-ID`, or the ID alone.
    private static func id(inComponent component: ArraySlice<UInt8>) -> String? {
        var name = String(decoding: component, as: UTF8.self)
        if name.hasSuffix(".scope") { name.removeLast(".scope".count) }
        let id = name.suffix(length)
        guard id.utf8.count == length, id.utf8.allSatisfy(isDigit) else { return nil }
        let prefix = name.dropLast(length)
        guard prefix.isEmpty || prefix.last == "-" && prefixes.contains(String(prefix.dropLast())) else {
            return nil
        }
        return String(id)
    }

    private static let length = 64

    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }
}
