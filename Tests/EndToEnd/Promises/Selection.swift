// Which cells are tried. The whole product is too much for every day: then it is every way over IPv4, Unix and TLS in
// text, every way with events and every kind with messages over IPv4, and all pairs of what is left.

import Testing

extension Scenario {
    private static var product: [Cell<Self>] {
        Way.all.flatMap { way in
            allCases.flatMap { scenario in
                Transport.allCases.flatMap { transport in
                    Format.allCases.map {
                        Cell(way: way, transport: transport, format: $0, scenario: scenario)
                    }
                }
            }
        }
    }

    static var cells: [Cell<Self>] {
        let cells = product.filter { $0.exclusion == nil }
        switch Wanted.now {
        case .all: return cells
        case .parts(let parts): return cells.filter { cell in parts.allSatisfy { cell.key.contains($0) } }
        case .selection: return covering(cells)
        }
    }

    /// What does not apply, and why: one row where neither transport nor format makes a difference.
    static var absent: [Absent] {
        var rows: [Absent] = []
        for way in Way.all {
            for scenario in allCases {
                let cells = product.filter {
                    $0.way.words == way.words && $0.scenario.rawValue == scenario.rawValue
                }
                let out = cells.filter { $0.exclusion != nil }
                if out.count == cells.count, Set(out.map(\.exclusion)).count == 1 {
                    let key = "\(promise)/\(scenario.rawValue)/\(way.words)"
                    rows.append(Absent(key: key, reason: out[0].exclusion!))
                } else {
                    rows += out.map { Absent(key: $0.key, reason: $0.exclusion!) }
                }
            }
        }
        return rows
    }

    /// The fewest cells, as far as taking the best next one finds them, in which everything meets that has to; of
    /// those that are as good the one in which most meets that may.
    private static func covering(_ cells: [Cell<Self>]) -> [Cell<Self>] {
        var numbers: [String: Int] = [:]
        func number(_ goals: [String]) -> [Int] {
            goals.map { goal in
                if numbers[goal] == nil { numbers[goal] = numbers.count }
                return numbers[goal]!
            }
        }
        let goals = cells.map { (has: number($0.meetings), may: number($0.furtherMeetings)) }
        var met = [Bool](repeating: false, count: numbers.count)
        var left = Array(goals.indices)
        var chosen: [Int] = []
        while true {
            let values = left.map { index in
                let has = goals[index].has.count { !met[$0] }
                return has == 0 ? 0 : 100 * has + goals[index].may.count { !met[$0] }
            }
            guard let most = values.max(), most > 0 else { break }
            let best = left[values.firstIndex(of: most)!]
            chosen.append(best)
            for goal in goals[best].has + goals[best].may { met[goal] = true }
            left = zip(left, values).filter { $1 > 0 && $0 != best }.map(\.0)
        }
        return chosen.sorted().map { cells[$0] }
    }
}

extension Cell {
    var exclusion: String? { way.lacks(transport) ?? scenario.excludes(way, transport, format) }

    /// What meets in it that has to meet somewhere.
    fileprivate var meetings: [String] {
        var goals = [
            "\(kindOfTransport)/\(scenario.rawValue)", "\(format)/\(scenario.rawValue)",
            "\(kindOfTransport)/\(format)", "\(way.kind)/\(scenario.rawValue)",
        ]
        if format == .text { goals.append("\(wayOverTransport)/\(transport)") }
        if transport == .ipv4 { goals.append("\(wayInFormat)/\(format)") }
        return goals
    }

    /// What begins otherwise goes on as any connection over TCP: each scenario and each format meets one of those.
    private var kindOfTransport: String {
        switch transport {
        case .ipv4, .ipv6, .unix, .tls, .seqpacket: "\(transport)"
        case .multipath, .proxyHeader, .socks5, .httpProxy: "beginning"
        }
    }

    /// IPv6 is just another address, and what goes over records is not the way's: one of each command is enough, and a
    /// relay; of what begins otherwise a server, a client and a relay. That a relay's server speaks TLS is of interest
    /// with a client that does, too, and with one that does not.
    private var wayOverTransport: String {
        switch transport {
        case .ipv4, .tls: way.words
        case .ipv6: way.command
        case .unix: way.words.replacing("tls:", with: "")
        case .seqpacket: "\(way.command)\(way.isRelay)"
        case .multipath, .proxyHeader, .socks5, .httpProxy: "\(way.role)\(way.isRelay)"
        }
    }

    /// Messages are the same in all ways of a kind; in JSON they are two formats that meet each way alone.
    private var wayInFormat: String {
        switch format {
        case .text: way.words
        case .json: way.words.replacing("tls:", with: "")
        case .framed: way.kind
        case .framedJSON: way.command
        }
    }

    fileprivate var furtherMeetings: [String] { ["\(way.words)/\(scenario.rawValue)"] }
}
