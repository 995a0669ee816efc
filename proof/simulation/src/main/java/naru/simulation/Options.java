package naru.simulation;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What stands behind a command that runs stories. */
final class Options {

    private final Map<String, String> given = new TreeMap<>();

    /** @param known as they are told to whoever mistypes one: {@code --runs K} takes a value, {@code --exam} takes none */
    Options(List<String> known, String... args) {
        for (int i = 0; i < args.length; i++) {
            String name = args[i];
            var meant = known.stream().filter(one -> one.split(" ")[0].equals(name)).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(name + " is unknown; there are " + String.join(", ", known)));
            if (!meant.contains(" ")) {
                given.put(name, "");
            } else if (i + 1 == args.length) {
                throw new IllegalArgumentException(name + " needs a value");
            } else {
                given.put(name, args[++i]);
            }
        }
    }

    boolean has(String name) {
        return given.containsKey(name);
    }

    String text(String name, String otherwise) {
        return given.getOrDefault(name, otherwise);
    }

    long number(String name, long otherwise) {
        return has(name) ? Long.parseLong(given.get(name)) : otherwise;
    }

    /** {@code --minutes}, in milliseconds. */
    long storyMs(long otherwise) {
        return has("--minutes") ? (long) (Double.parseDouble(given.get("--minutes")) * 60_000) : otherwise;
    }

    static String minutes(long storyMs) {
        return " --minutes " + storyMs / 60_000.0;
    }
}
