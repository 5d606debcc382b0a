/** Takes a line about the work under way, for people: it is no part of a command's answer. */
export type Progress = (line: string) => void;
