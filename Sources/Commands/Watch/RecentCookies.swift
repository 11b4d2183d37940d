// Sockets that were told of and may turn up once more: the last ones, so that this does not grow.

/// The cookies of so many sockets that nobody misses the others.
struct RecentCookies {
    private var cookies: Set<UInt64> = []
    private var order: [UInt64] = []
    private var next = 0
    private static let most = 65_536

    func contains(_ cookie: UInt64) -> Bool { cookies.contains(cookie) }

    mutating func insert(_ cookie: UInt64) {
        guard cookies.insert(cookie).inserted else { return }
        if order.count < Self.most { return order.append(cookie) }
        cookies.remove(order[next])
        order[next] = cookie
        next = (next + 1) % Self.most
    }
}
