/**
 * A broker in a world that is made of one seed: simulated clock, dice, disk, lanes and connections, clients that speak
 * real protocol bytes, and checkers that watch every step.
 */
package naru.simulation;
