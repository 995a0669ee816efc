package naru.configuration;

import java.util.ArrayList;
import java.util.List;

/**
 * One key of a configuration and everything that is known about it.
 *
 * @param defaultValue as text; null when there is none
 * @param internal true for keys that nobody is told about
 * @param synonyms keys of the level below (a topic's key follows the broker's) that speak in its place, the first that
 *     is set wins
 * @param says what the key does, for people
 * @param breaks what goes wrong when it is set wrong; empty where that is plain, or where nothing does
 */
public record ConfigKey(
        String name,
        ConfigType type,
        String defaultValue,
        Importance importance,
        Allowed allowed,
        Scope scope,
        boolean internal,
        List<Synonym> synonyms,
        String says,
        String breaks) {

    public enum Importance { HIGH, MEDIUM, LOW }

    /** Who may change a broker's key while it runs. */
    public enum Scope { READ_ONLY, PER_BROKER, CLUSTER_WIDE }

    /** @param factor how many of our unit one of the synonym's is: hours to milliseconds, for one */
    public record Synonym(String name, long factor) {

        /** The synonym's value in our unit. */
        public String convert(String value) {
            return factor == 1 ? value : Long.toString(Math.multiplyExact(Long.parseLong(value), factor));
        }
    }

    static ConfigKey key(String name, ConfigType type, String defaultValue, Importance importance, Allowed allowed) {
        return new ConfigKey(name, type, defaultValue, importance, allowed, Scope.READ_ONLY, false, List.of(), "", "");
    }

    ConfigKey clusterWide() {
        return scoped(Scope.CLUSTER_WIDE);
    }

    ConfigKey perBroker() {
        return scoped(Scope.PER_BROKER);
    }

    private ConfigKey scoped(Scope wider) {
        return new ConfigKey(name, type, defaultValue, importance, allowed, wider, internal, synonyms, says, breaks);
    }

    ConfigKey hidden() {
        return new ConfigKey(name, type, defaultValue, importance, allowed, scope, true, synonyms, says, breaks);
    }

    /** Broker keys, each as {@code name} or {@code name*factor}. */
    ConfigKey follows(String... names) {
        var followed = new ArrayList<Synonym>();
        for (var one : names) {
            int star = one.indexOf('*');
            followed.add(star < 0
                    ? new Synonym(one, 1)
                    : new Synonym(one.substring(0, star), Long.parseLong(one.substring(star + 1))));
        }
        return new ConfigKey(name, type, defaultValue, importance, allowed, scope, internal, List.copyOf(followed), says, breaks);
    }

    ConfigKey says(String what) {
        return new ConfigKey(name, type, defaultValue, importance, allowed, scope, internal, synonyms, what, breaks);
    }

    ConfigKey breaks(String what) {
        return new ConfigKey(name, type, defaultValue, importance, allowed, scope, internal, synonyms, says, what);
    }

    /** All that people are told about the key. */
    public String documentation() {
        return breaks.isEmpty() ? says : says + " Set wrong: " + breaks;
    }

    public boolean isSensitive() {
        return type == ConfigType.PASSWORD;
    }

    /** Null when the key takes this value, else the whole complaint, naming key, value and what is allowed. */
    public String complaint(String value) {
        String text = value.strip();
        String why = type.complaint(text);
        return why == null ? allowed.complaint(this, text) : Allowed.invalid(this, value, why);
    }

    /** The entries of a list, without the spaces around them. */
    public static List<String> split(String list) {
        var entries = new ArrayList<String>();
        for (var entry : list.split(",", -1)) {
            if (!entry.isBlank()) {
                entries.add(entry.strip());
            }
        }
        return entries;
    }
}
