using System.Globalization;
using SmartCity.Bench;

// The parts of a benchmark that are programs: bench/run.sh and bench/fanout.sh put them together.
switch (args)
{
    case ["bare", var port]:
        await BareServer.RunAsync(int.Parse(port, CultureInfo.InvariantCulture));
        return 0;
    case ["load", var broker, var count]:
        return await Fixture.LoadAsync(new Uri(broker), int.Parse(count, CultureInfo.InvariantCulture));
    case ["receive", var port]:
        await Receiver.RunAsync(int.Parse(port, CultureInfo.InvariantCulture));
        return 0;
    default:
        await Console.Error.WriteLineAsync("usage: SmartCity.Bench bare PORT | load BROKER COUNT | receive PORT");
        return 2;
}
