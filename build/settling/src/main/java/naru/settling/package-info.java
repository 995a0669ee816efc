/** Makes the classes of a jar that is to start quickly do at once what javac leaves to their first call. A tool of the build. */
package naru.settling;
