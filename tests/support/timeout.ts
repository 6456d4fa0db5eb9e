// Programs that tests start take their time where others work too.
jest.setTimeout(2 * 60_000);
