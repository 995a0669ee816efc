package naru.configuration;

import java.util.List;

/** One entry of {@code controller.quorum.voters}: a node that votes, and where it listens for controllers. */
public record Voter(int id, String host, int port) {

    /** Entries that make no sense are left out: the key's own check complains about them. */
    static List<Voter> parse(String text) {
        return ConfigKey.split(text).stream()
                .filter(entry -> entry.matches("\\d{1,9}@.+:\\d{1,5}"))
                .map(Voter::of)
                .toList();
    }

    private static Voter of(String entry) {
        int at = entry.indexOf('@');
        int colon = entry.lastIndexOf(':');
        String host = entry.substring(at + 1, colon);
        boolean isBracketed = host.startsWith("[") && host.endsWith("]");
        return new Voter(Integer.parseInt(entry.substring(0, at)),
                isBracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(entry.substring(colon + 1)));
    }
}
