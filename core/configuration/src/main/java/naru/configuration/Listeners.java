package naru.configuration;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import naru.configuration.Listener.SecurityProtocol;

/** Reads {@code listeners}, {@code advertised.listeners} and {@code listener.security.protocol.map}. */
final class Listeners {

    private final SortedMap<String, SecurityProtocol> protocols = new TreeMap<>();
    private final List<String> complaints;

    Listeners(String protocolMap, List<String> complaints) {
        this.complaints = complaints;
        for (var protocol : SecurityProtocol.values()) {
            protocols.put(protocol.name(), protocol);
        }
        for (var entry : ConfigKey.split(protocolMap)) {
            addProtocol(entry, protocolMap);
        }
    }

    private void addProtocol(String entry, String whole) {
        int colon = entry.lastIndexOf(':');
        var named = colon < 0 ? null : protocolNamed(entry.substring(colon + 1));
        if (named == null) {
            complain("listener.security.protocol.map", whole,
                    "'" + entry + "' is not NAME:PROTOCOL with one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL");
        } else {
            protocols.put(entry.substring(0, colon).strip().toUpperCase(Locale.ROOT), named);
        }
    }

    /** True for names of listeners that say themselves what is spoken there. */
    static boolean isProtocol(String name) {
        return protocolNamed(name) != null;
    }

    private static SecurityProtocol protocolNamed(String text) {
        for (var protocol : SecurityProtocol.values()) {
            if (protocol.name().equals(text.strip().toUpperCase(Locale.ROOT))) {
                return protocol;
            }
        }
        return null;
    }

    /** What can be read is returned; what cannot is complained about. */
    List<Listener> read(String key, String text) {
        var found = new ArrayList<Listener>();
        for (var entry : ConfigKey.split(text)) {
            var listener = readOne(key, text, entry);
            if (listener == null) {
                continue;
            }
            if (found.stream().anyMatch(other -> other.name().equals(listener.name()))) {
                complain(key, text, "each listener must have a different name, " + listener.name() + " comes twice");
            }
            if (listener.port() != 0 && key.equals("listeners") && found.stream().anyMatch(
                    other -> other.port() == listener.port() && other.host().equals(listener.host()))) {
                complain(key, text, "each listener must have a different port, " + listener.port() + " comes twice");
            }
            found.add(listener);
        }
        if (found.isEmpty() && ConfigKey.split(text).isEmpty()) {
            complain(key, text, "at least one NAME://host:port is needed");
        }
        return found;
    }

    private Listener readOne(String key, String whole, String entry) {
        int scheme = entry.indexOf("://");
        int colon = entry.lastIndexOf(':');
        if (scheme <= 0 || colon <= scheme) {
            complain(key, whole, "'" + entry + "' is not NAME://host:port");
            return null;
        }
        String name = entry.substring(0, scheme).toUpperCase(Locale.ROOT);
        String host = entry.substring(scheme + 3, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        var protocol = protocols.get(name);
        if (protocol == null) {
            complain(key, whole, "no security protocol is known for the listener " + name
                    + "; add " + name + ":PLAINTEXT (or another) to listener.security.protocol.map");
            return null;
        }
        Integer port = port(entry.substring(colon + 1));
        if (port == null) {
            complain(key, whole, "the port of '" + entry + "' is not a number from 0 to 65535");
            return null;
        }
        return new Listener(name, protocol, host, port);
    }

    private static Integer port(String text) {
        try {
            int port = Integer.parseInt(text.strip());
            return port < 0 || port > 65_535 ? null : port;
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    private void complain(String key, String value, String why) {
        complaints.add("Invalid value " + value + " for configuration " + key + ": " + why);
    }
}
