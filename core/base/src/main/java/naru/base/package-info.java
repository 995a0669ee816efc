/** The words every room shares: ids, ranges, limits, invariants, and the ports through which the world is handed in. */
package naru.base;
