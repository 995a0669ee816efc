package naru.tidy;

import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What {@code docs/operating/settings.md} says.
 *
 * @param idle keys, with stars for any rest, that change nothing: those of the page's lists
 * @param atStart keys that may be altered while a broker runs, and count when it starts
 */
record SettingsPage(SortedSet<String> idle, SortedSet<String> atStart) {

    private static final String AT_START = "## Read at the start alone";
    private static final Pattern NAME = Pattern.compile("`([a-z0-9._*]+)`");

    static SettingsPage of(Checkout checkout) {
        String page = checkout.text("docs/operating/settings.md");
        int at = page.indexOf(AT_START);
        var idle = new TreeSet<String>();
        boolean listed = false;
        for (var line : page.substring(0, at).lines().toList()) {
            listed = line.startsWith("- ") || listed && line.startsWith("  ");
            if (listed) {
                NAME.matcher(line).results().forEach(name -> idle.add(name.group(1)));
            }
        }
        var atStart = new TreeSet<String>();
        NAME.matcher(page.substring(at)).results().forEach(name -> atStart.add(name.group(1)));
        return new SettingsPage(idle, atStart);
    }

    boolean isIdle(String key) {
        return idle.stream().anyMatch(pattern -> matches(pattern, key));
    }

    static boolean matches(String pattern, String key) {
        return key.matches(pattern.replace(".", "\\.").replace("*", ".*"));
    }
}
