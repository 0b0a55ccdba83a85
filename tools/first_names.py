"""Make the list of first names that the personal-data check knows, from Faker's lists of many countries.

    .venv/bin/python tools/first_names.py ../shared/data/words/british-english.txt

A name that is an English word too (Will, Faith, Grace, June) is marked with a question mark; the check then asks for
more than the word alone. Faker is under the MIT licence; its notice lies beside the list.
"""

from __future__ import annotations

import gzip
import importlib
import pkgutil
import re
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

import faker.providers.person

from kb.domain.letters import folded

TARGET = Path(__file__).parents[1] / "kb/storage/first_names.txt.gz"
_ATTRIBUTE = re.compile(r"first_name|romanized_(?:male|female)|first_romanized")
_NAME = re.compile(r"[a-z]{2,20}")

# Names that pupils in England bear and that stand in none of those lists in Latin letters.
MORE = """
aadil aaliyah abdi abdirahman abdullahi abokor adeel adunni ahlam aisha aishah ajay akua alfie alina aliyah
ama amal amani amaya aminah amina amira amirah anas anaya anjali anoush anwar archie areeba arham arjun
armaan arwa asad asha ashanti asma ayaan ayaat ayan ayesha ayman ayub azra baraka bilal binta blessing
bohdan bogdan bronte caoimhe chidera chidi chimamanda chinedu chioma chukwuemeka daanish danyal darya dawit
deepa delroy demetrius destiny devon dilpreet divya dmytro dylan ebrima efua ehsan ekow elif eliza emeka
emre eniola esra ezra fadumo faisal faiza farah farhan farida fatima fatimah fatou fatoumata femi fiza
folasade freya gabija gurpreet gurleen gurjit habiba hafsa haider halima hamza hanad haniya harleen harpreet
haroon hasan hassan hibaaq hibo hodan hoda huda husna hussain ibrahim idil ifrah ikram ilyas iman imran
inaya inderjit iqra isha ishaan ishaq ismail isra jaiden jamal jamila jaskaran jasleen jaspreet jaya jayden
jiya jorja jude juwairiyah kacper kadija kadijah kai kaiden kajal kamal kamil karim kashif kavya keanu
keisha khadija khadijah khalid khalil kianna kiran kofi kojo kwabena kwaku kwame kweku kyra laila latoya
layla leila leyla liban lubna maariyah maha mahad mahir mahmud maia maisie malaika maleeha malik manahil
manpreet mariam maryam marwa maya mehdi mehmet mei meera minahil ming mohamed mohammed mohammad muhammad
mohamud mukhtar muna musa mustafa myra nabil nadia nadifa naima najma nanak navdeep nasra natalka nayla neha
nevaeh ngozi nguyen niamh nimo nishant noor nusaibah nusrat obinna oisin oleksandr oleksiy olena olha
oluwaseun omar osman pardeep parisa pavlo piotr precious priti priya rabia radhika rahim rahma raheem
rajveer ramla rania rayan rehan reema rida rimsha rohan ruqayya ruqayyah rukhsana ruth saad sabrina sadia
safa safiya sagal sahar saif saira sakina salma samia samira samiya sana sanaa sanjay sara saoirse sarita
shabnam shahid shanice shanelle shakira shivani shreya siddharth sienna simran sofiya solomiya sukhdeep
sulaiman suleman sumaya sumaiya suraj taiba taiwo talha tamika tanisha tariq tasnim tayyab temi temitope
thanh tyrell tyrone uchenna umar umaira usman vanya vihaan wafa wambui wei wiktoria xin xiu yahya yana yasir
yasmin yetunde yonis youssef yuki yusra yusuf zahra zainab zakariya zara zayn zeinab zeynep zofia zohra zoya
zubair zuleikha zuri svitlana yaroslav taras iryna kateryna mykola andriy nataliya oksana vasyl yulia
lyudmyla zhanna razvan florin ionut alexandru denisa larisa nicoleta luminita romeo esmeralda casimir tibor
jozef dusan erzsebet lajos shukri ubah warsame cawil deqa saynab bisharo
""".split()  # noqa: SIM905 - a list of a thousand quoted words is read by nobody


# English words that people are really called; every other word in Faker's lists (‘Council’, ‘Media’) is left out.
WORDS_TOO = """
abbey amber angel archer aria aspen autumn azalea baker basil beau belle bell beryl bill billy blessing
bliss blossom bobby bonnie bonny brad brandy brook brooks buddy cadence candy carol chad chance charity
chase cherish cherry christen chuck clay clement cliff cooper coral crystal curt dahlia daisy dale dawn dean
derrick destiny diamond dirk dolly don dotty drake drew earl ebony ed eddy emerald emery eve ever faith fern
flint flora florin foster frank gale gene genesis ginger glen golden grace grant griffin gunner guy hale
hank harmony harry haven hazel heath heather heaven hector henna herb holly homer hope hunter imam innocent
iris ivory ivy jack jade jarred jasmine jasper jay jet jewel jimmy john josh journey joy julienne junior
justice kale karma ken kismet kit kitty lacy lance lane lark laurel lavender lea lee liberty lily linden
lucky lyric mace madden magnolia maria marina mark marlin marquis marsh martin mason matt maverick max maxim
may meadow meg melody mercy merry mickey mike miles misty myrtle nick noble noel nova olive opal page
paisley pansy pat patience patty peace pearl penny peter phoebe phoenix pierce piper poppy porter precious
prince princess prosper prudence purity randy raven ray reed rhea rick river rob robin rocky rod roger roman
romaine rose rosemary rosy royal ruby rusty sable saga sage sally sandy sari savanna savannah sawyer scarlet
senna serenity serge shad sherry sierra sky sonny star sterling stormy sue summer sunny sylvan tanner tawny
terry tiara tom tony treasure trinity troy true tucker unique valentine victor victory viola violet wade
walker ward warren will willow winter woody yaw april august june
""".split()  # noqa: SIM905


def main(words: Path) -> None:
    """Write the list."""
    english = {line.strip() for line in words.read_text(encoding="utf-8").splitlines()}
    english |= {"april", "august", "june"}  # that list has them with a capital
    names = sorted({*names_of_faker(), *MORE})
    both = english.intersection(names)
    lines = [f"{name}?" if name in both else name for name in names if name not in both or name in WORDS_TOO]
    with gzip.GzipFile(TARGET, "wb", mtime=0) as file:
        file.write("\n".join(lines).encode() + b"\n")
    print(f"{len(lines)} names, {sum(line.endswith('?') for line in lines)} of them English words")


def names_of_faker() -> Iterator[str]:
    """Every first name in Latin letters, small and without accents."""
    for module in pkgutil.iter_modules(faker.providers.person.__path__):
        provider = importlib.import_module(f"faker.providers.person.{module.name}").Provider
        for attribute in filter(_ATTRIBUTE.match, dir(provider)):
            listed = getattr(provider, attribute)
            if isinstance(listed, Collection) and not isinstance(listed, str):
                for name in listed:
                    yield from (
                        part for part in re.split(r"[\s-]+", folded(str(name))) if _NAME.fullmatch(part)
                    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
