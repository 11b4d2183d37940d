// What a test needs of the machine beyond sockctl and the toolchain. A test asks for it where it begins; where it is
// missing the test, or the case of a parameterized one, is cancelled with the reason, and `Tests/run` is told of it,
// which gives an account of all of them. The other targets have this file by a link.

import Glibc
import Testing

enum Need: CustomStringConvertible {
    /// A program that is installed.
    case program(String)
    /// A file that is there, such as the databases of netbase.
    case file(String)
    /// The user 0 with its capabilities, which a container may take away.
    case root
    /// Sees the kernel's threads: not so in a PID namespace.
    case kernelThreads
    /// May make user, network, mount and PID namespaces, and network devices in them.
    case namespaces
    /// May open `/dev/net/tun`.
    case tun
    /// May have as many descriptors.
    case descriptors(Int)
    /// The release build, at this path.
    case releaseBuild(String)
    /// That it applies: for a cell of a table that means nothing, with the reason.
    case sense(String)
    /// A newer kernel: for a test that has just found out what this one cannot do.
    case kernel(String)

    /// As `Tests/run` and its list of what may be skipped name it.
    var description: String {
        switch self {
        case .program(let name): name
        case .file(let path): path
        case .root: "root"
        case .kernelThreads: "kernel-threads"
        case .namespaces: "namespaces"
        case .tun: "/dev/net/tun"
        case .descriptors: "descriptors"
        case .kernel: "kernel"
        case .releaseBuild: "release-build"
        case .sense: "sense"
        }
    }

    /// Ends the test, or the case, if this is missing.
    func require() throws {
        if case .namespaces = self {
            try Need.program("unshare").require()
            try Need.program("ip").require()
        }
        guard let missing else { return }
        tell(missing)
        try Test.cancel("needs \(self): \(missing)")
    }

    /// What is wrong with it; nil if nothing is.
    private var missing: String? {
        switch self {
        case .program(let name): Self.path(of: name) == nil ? "not installed" : nil
        case .file(let path): access(path, R_OK) == 0 ? nil : String(cString: strerror(errno))
        case .root: geteuid() == 0 ? Self.withheld : "run by user \(geteuid())"
        case .kernelThreads:
            Self.lines(of: "/proc/2/comm") == ["kthreadd"] ? nil : "not seen from this PID namespace"
        case .namespaces: Self.namespaceTrial
        case .tun: Self.tunTrial
        case .descriptors(let count):
            Self.descriptorLimit < count ? "no more than \(Self.descriptorLimit) allowed" : nil
        case .releaseBuild(let path): access(path, X_OK) == 0 ? nil : "swift build -c release makes it"
        case .kernel(let reason), .sense(let reason): reason
        }
    }

    /// Where a program lies. What the system installed comes first: a version manager's python3 is a slow script.
    static func path(of program: String) -> String? {
        let folders = ["/usr/bin", "/bin", "/usr/local/bin", "/usr/sbin", "/sbin"]
        let search = getenv("PATH").map { String(cString: $0) } ?? ""
        return (folders + search.split(separator: ":").map(String.init)).map { "\($0)/\(program)" }
            .first { access($0, X_OK) == 0 }
    }

    private static let namespaceTrial: String? = {
        let trial = "ip link set lo up && ip link add type veth && mount -t tmpfs tmpfs /run"
        let script = "PATH=$PATH:/usr/sbin:/sbin; exec unshare -Urnm --fork --pid /bin/sh -c '\(trial)'"
        return system("{ \(script); } > /dev/null 2>&1") == 0 ? nil : "not allowed here"
    }()

    private static let tunTrial: String? = {
        let descriptor = open("/dev/net/tun", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return String(cString: strerror(errno)) }
        close(descriptor)
        return nil
    }()

    private static var descriptorLimit: Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_max)
    }

    /// The capabilities of user 0 that the tests use and that this process does not have.
    private static let withheld: String? = {
        let line = lines(of: "/proc/self/status").first { $0.hasPrefix("CapEff:") }
        let effective = line.flatMap { UInt64($0.split(separator: "\t").last ?? "", radix: 16) } ?? 0
        let used = [(7, "CAP_SETUID"), (12, "CAP_NET_ADMIN"), (13, "CAP_NET_RAW"), (19, "CAP_SYS_PTRACE")]
        let missing = used.filter { effective >> $0.0 & 1 == 0 }.map(\.1)
        return missing.isEmpty ? nil : "without \(missing.joined(separator: ", "))"
    }()

    private static func lines(of path: String) -> [String] {
        guard let file = fopen(path, "re") else { return [] }
        defer { fclose(file) }
        var buffer = [CChar](repeating: 0, count: 4096)
        var lines: [String] = []
        while let line = fgets(&buffer, Int32(buffer.count), file) {
            lines.append(String(String(cString: line).prefix { $0 != "\n" }))
        }
        return lines
    }

    /// The databases that a script reads by their names in /etc.
    static func databases(of script: String) -> [Need] {
        ["/etc/services", "/etc/protocols", "/etc/hosts"].filter { script.contains($0) }.map(Need.file)
    }

    // MARK: what is told

    /// A line for the file that SOCKCTL_SKIPS names: the test, what it needs, why, and the values of the case.
    private func tell(_ missing: String) {
        guard let path = getenv("SOCKCTL_SKIPS"), let test = Test.current else { return }
        let values = Test.Case.current.map { Self.values(in: $0) } ?? []
        let fields = [String(describing: test.id), description, missing, values.joined(separator: ", ")]
        let line = fields.map { field in
            String(field.unicodeScalars.map { $0.value < 0x20 ? " " : Character($0) })
        }
        let bytes = Array((line.joined(separator: "\t") + "\n").utf8)
        let descriptor = open(String(cString: path), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        _ = write(descriptor, bytes, bytes.count)
        close(descriptor)
    }

    /// The arguments of a case. Swift Testing knows them and keeps them to itself: this reads them where they lie.
    private static func values(in subject: Any, depth: Int = 0) -> [String] {
        Mirror(reflecting: subject).children.flatMap { child -> [String] in
            if child.label == "value" {
                let named = child.value as? any CustomTestStringConvertible
                return [named?.testDescription ?? "\(child.value)"]
            }
            return depth < 4 ? values(in: child.value, depth: depth + 1) : []
        }
    }
}

/// The kernel that this runs on.
enum Kernel {
    /// Ends the test, or the case, on a kernel that is older.
    static func require(_ major: Int, _ minor: Int, _ lack: String) throws {
        var name = utsname()
        uname(&name)
        let release = withUnsafeBytes(of: &name.release) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        let numbers = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        if numbers.lexicographicallyPrecedes([major, minor]) { try Need.kernel(lack).require() }
    }
}
