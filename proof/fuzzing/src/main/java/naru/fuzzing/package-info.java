/**
 * Targets that may be fed with any bytes, and say so loudly when a promise about bytes of strangers is broken.
 *
 * <p>Each target is a class with one {@code fuzzerTestOneInput}, which is what Jazzer calls. A target of something that
 * its room keeps to itself stands in that room's package.
 */
package naru.fuzzing;
