/** Listeners, connections and framing; everything a socket may do to a broker is bounded here. */
package naru.network;
