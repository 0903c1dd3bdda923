package io.forbear.retry.lab.peers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;

/** The libraries that Forbear is compared with. */
public final class Peers {

    /** Names all of them. */
    private static final String ALL = "all";

    private Peers() {}

    /**
     * Returns all peers.
     *
     * @return new list, always in the same order
     */
    public static List<Peer> all() {
        return List.of(Resilience4jPeer.peer(), FailsafePeer.peer(), SpringPeer.peer(), AwsPeer.peer(), GaxPeer.peer());
    }

    /**
     * Returns some peers.
     *
     * @param names of the peers, in any order; {@code all} for all of them
     * @return new list, each peer once, in the order of the names
     * @throws IllegalArgumentException if there is no peer of a name
     */
    public static List<Peer> named(List<String> names) {
        List<Peer> all = all();
        LinkedHashSet<Peer> found = new LinkedHashSet<>();
        for (String name : names) {
            if (name.equals(ALL)) {
                found.addAll(all);
            } else {
                found.add(named(name, all));
            }
        }
        return new ArrayList<>(found);
    }

    private static Peer named(String name, List<Peer> all) {
        return all.stream()
                .filter(peer -> peer.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "peers: " + name + " (expected: one of " + names(all) + ", or " + ALL + ")"));
    }

    private static String names(List<Peer> peers) {
        return peers.stream().map(Peer::name).collect(Collectors.joining(", "));
    }

    /** Says a time as settings show it: {@code none}, {@code 500 ms}, {@code 60 s}. */
    static String text(Duration time) {
        if (time.isZero()) {
            return "none";
        }
        long millis = time.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
    }
}
