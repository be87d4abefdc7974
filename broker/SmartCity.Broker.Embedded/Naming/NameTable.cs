using SmartCity.Broker.Embedded.Sqlite;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Embedded.Naming;

/// <summary>
/// What name numbers mean in the file. They are those of the process wherever it can be arranged, as in a process with one
/// store; otherwise Entities are translated on their way in and out. One writer; any number of readers.
/// </summary>
internal sealed class NameTable
{
    private readonly Func<int, Name> _read;
    private readonly Func<int, Name> _write;
    private volatile Name[] _fromFile = new Name[256];
    private volatile int[] _toFile = [];
    private volatile bool _isSame = true;
    private int _count;
    private int _saved;
    private int _adopted;

    private NameTable()
    {
        _read = FromFile;
        _write = number => new Name(_toFile[number]);
    }

    /// <summary>Gives the file's names their numbers before anything else does, if it is not too late.</summary>
    public static NameTable Load(SqliteConnection connection)
    {
        var table = new NameTable();
        using var rows = connection.Prepare("SELECT id, iri FROM name ORDER BY id");
        while (rows.Step())
        {
            if (rows.Int64(0) != table._count) throw new InvalidDataException("The table of names has gaps.");
            table.Know(Names.Intern(rows.Text(1)));
        }

        table._saved = table._count;
        return table;
    }

    /// <summary>Gives file numbers to the names that the process has got meanwhile. Writer only.</summary>
    public void Adopt()
    {
        for (var count = Names.Count; _adopted < count; _adopted++)
        {
            if (_adopted >= _toFile.Length || _toFile[_adopted] < 0) Know(new Name(_adopted));
        }
    }

    /// <summary>Writes names that the file lacks, within the caller's transaction. Writer only.</summary>
    public void Save(SqliteStatement insert)
    {
        for (var number = _saved; number < _count; number++) insert.Bind(1, number).Bind(2, _fromFile[number].Iri).Run();
    }

    /// <summary>The transaction of <see cref="Save"/> is durable; without this the names are written again. Writer only.</summary>
    public void Saved() => _saved = _count;

    /// <summary>Writer only: the name may be new.</summary>
    public int ToFile(string iri)
    {
        var name = Names.Intern(iri);
        if (name.Id >= _adopted) Adopt();
        return ToFile(name);
    }

    public int ToFile(Name name) => _isSame ? name.Id : _toFile[name.Id];

    public Name FromFile(int number)
    {
        if (_isSame) return new Name(number);
        var names = _fromFile;
        return number >= 0 && number < names.Length
            ? names[number] : throw new InvalidDataException($"The name number {number} has no meaning.");
    }

    /// <summary>Bytes as the file holds them.</summary>
    public ReadOnlySpan<byte> ToFile(PackedEntity entity) => ToFile(entity.Bytes);

    /// <summary>Bytes of a packed Entity as the file holds them.</summary>
    public ReadOnlySpan<byte> ToFile(ReadOnlySpan<byte> packed) =>
        _isSame ? packed : PackedEntity.FromBytes(packed.ToArray(), _write).Bytes;

    public PackedEntity FromFile(ReadOnlySpan<byte> bytes) =>
        PackedEntity.FromBytes(bytes.ToArray(), _isSame ? null : _read);

    private void Know(Name name)
    {
        if (_count == _fromFile.Length)
        {
            var longer = _fromFile;
            Array.Resize(ref longer, _count * 2);
            _fromFile = longer;
        }

        if (name.Id >= _toFile.Length)
        {
            var longer = new int[Math.Max(name.Id + 1, _toFile.Length * 2)];
            Array.Fill(longer, -1);
            _toFile.CopyTo(longer, 0);
            _toFile = longer;
        }

        _fromFile[_count] = name;
        _toFile[name.Id] = _count;
        if (_count != name.Id) _isSame = false;
        _count++;
    }
}
