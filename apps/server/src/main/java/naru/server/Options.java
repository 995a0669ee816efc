package naru.server;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the command line says.
 *
 * @param configFile a {@code server.properties}; null for none
 * @param dataFolder where to keep data; null for what the configuration says, or {@code ./data}
 * @param listen {@code HOST:PORT}; null for what the configuration says, or {@code 127.0.0.1:9092}
 * @param settings single settings, which win over the file
 */
record Options(String configFile, String dataFolder, String listen, Map<String, String> settings) {

    /** The command line cannot be understood; the message says what is wrong with it. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1;

        Unusable(String message) {
            super(message);
        }
    }

    static Options parse(String... arguments) throws Unusable {
        if (arguments.length == 0 || !arguments[0].equals("start")) {
            throw new Unusable(arguments.length == 0 ? "no command" : "unknown command '" + arguments[0] + "'");
        }
        var options = new Options(null, null, null, new LinkedHashMap<>());
        for (int i = 1; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length) {
                throw new Unusable(isKnown(arguments[i])
                        ? arguments[i] + " needs a value" : "unknown option '" + arguments[i] + "'");
            }
            options = options.with(arguments[i], arguments[i + 1]);
        }
        return options;
    }

    private static boolean isKnown(String option) {
        return switch (option) {
            case "--config", "--data", "--listen", "--set" -> true;
            default -> false;
        };
    }

    private Options with(String option, String value) throws Unusable {
        return switch (option) {
            case "--config" -> new Options(value, dataFolder, listen, settings);
            case "--data" -> new Options(configFile, value, listen, settings);
            case "--listen" -> new Options(configFile, dataFolder, checkedListen(value), settings);
            case "--set" -> withSetting(value);
            default -> throw new Unusable("unknown option '" + option + "'");
        };
    }

    private Options withSetting(String text) throws Unusable {
        int equals = text.indexOf('=');
        if (equals <= 0) {
            throw new Unusable("--set wants key=value, not '" + text + "'");
        }
        var more = new LinkedHashMap<>(settings);
        more.put(text.substring(0, equals).strip(), text.substring(equals + 1).strip());
        return new Options(configFile, dataFolder, listen, more);
    }

    private static String checkedListen(String text) throws Unusable {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (colon >= 0 && port >= 0 && port <= 65_535) {
                return text;
            }
        } catch (NumberFormatException _) {
            // told below
        }
        throw new Unusable("--listen wants HOST:PORT, not '" + text + "'");
    }
}
