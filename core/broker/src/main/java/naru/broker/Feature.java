package naru.broker;

/**
 * A feature as clients are told about it.
 *
 * @param min the lowest level this broker can work at
 * @param max the highest
 * @param level the level the cluster works at; 0 when it is off
 */
record Feature(String name, short min, short max, short level) {}
