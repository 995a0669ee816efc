/** The threads that decide, their event loops, and the real clock and dice. */
package naru.lanes;
