package naru.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A key that is accepted and changes nothing is named on one page, and nowhere else is an operator left to find out; and only those are. */
class SettingsPageTest {

    private static final String KEYS = "core/configuration";
    private static final Pattern KEY = Pattern.compile("\\bkey\\(\"([a-z0-9._]+)\"");
    private static final Pattern FOLLOWED = Pattern.compile("\\.follows\\(([^)]*)\\)");
    private static final Pattern QUOTED = Pattern.compile("\"([a-z0-9._]+)(?:\\*[0-9]+)?\"");
    /** Read, and yet without an effect: held against another value, or a word that the commands use for something else. */
    private static final List<String> ONLY_NAMED = List.of(
            "group.streams.max.standby.replicas", "group.streams.num.standby.replicas", "interval.ms", "match", "metrics",
            "streams.num.standby.replicas");

    private final Checkout checkout = Checkout.ofThisBuild();
    /** Each key with those that speak in its place. */
    private final TreeMap<String, TreeSet<String>> keys = new TreeMap<>();
    private final TreeSet<String> used = new TreeSet<>();

    private void readSources() throws IOException {
        for (var room : checkout.rooms()) {
            if (room.startsWith("core/") || room.startsWith("shell/") || room.startsWith("apps/")) {
                for (var file : checkout.files(room + "/src/main/java", ".java")) {
                    boolean defines = room.equals(KEYS) && file.getFileName().toString().endsWith("Keys.java");
                    for (var line : Files.readAllLines(file)) {
                        readLine(line, defines);
                    }
                }
            }
        }
        keys.forEach((key, followed) -> {
            if (used.contains(key)) {
                used.addAll(followed);
            }
        });
    }

    private void readLine(String line, boolean defines) {
        if (!defines) {
            QUOTED.matcher(line).results().forEach(word -> used.add(word.group(1)));
            return;
        }
        var key = KEY.matcher(line);
        if (key.find()) {
            var followed = keys.computeIfAbsent(key.group(1), _ -> new TreeSet<>());
            FOLLOWED.matcher(line).results().forEach(list ->
                    QUOTED.matcher(list.group(1)).results().forEach(word -> followed.add(word.group(1))));
        }
    }

    @Test
    void everyKeyHasAnEffectOrIsOnThePage() throws IOException {
        readSources();
        assertThat(keys).hasSizeGreaterThan(350);
        var page = SettingsPage.of(checkout);
        var silent = new TreeSet<>(keys.keySet());
        silent.removeAll(used);
        silent.removeIf(page::isIdle);
        assertThat(silent).as("keys that nobody reads and the page does not name").isEmpty();
        var strange = new TreeSet<>(page.idle());
        strange.addAll(page.atStart());
        strange.removeIf(pattern -> keys.keySet().stream().anyMatch(key -> SettingsPage.matches(pattern, key)));
        assertThat(strange).as("on the page, and no key").isEmpty();
    }

    @Test
    void noKeyOnThePageHasAnEffect() throws IOException {
        readSources();
        var page = SettingsPage.of(checkout);
        var active = new TreeSet<>(used);
        active.retainAll(keys.keySet());
        active.removeIf(key -> !page.isIdle(key) || ONLY_NAMED.contains(key));
        assertThat(active).as("listed as without effect, and read").isEmpty();
    }
}
